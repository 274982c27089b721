import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readEnvFile } from './env-file.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'env-file-'))
})
afterAll(() => rm(directory, { recursive: true }))

it('adds what the environment does not set, by itself or by a file', async () => {
  expect(readEnvFile(directory, {})).toEqual({})
  await writeFile(join(directory, '.env'), 'A=1\nB="2 3"\nC_FILE=/four\n# D=5\n')
  expect(readEnvFile(directory, {})).toEqual({ A: '1', B: '2 3', C_FILE: '/four' })
  expect(readEnvFile(directory, { A: '', C: 'own' })).toEqual({ B: '2 3' })
  expect(readEnvFile(directory, { B_FILE: '/own', C: '' })).toEqual({ A: '1', C_FILE: '/four' })
})
