import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@shardlight/service'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTokens } from './kept-tokens.ts'
import { digestOf, isOneOf } from './token-digest.ts'

const log = createLog({ name: 'test', level: 'silent' })
let directory = ''
let file = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokens-'))
  file = join(directory, 'tokens')
})
afterEach(() => rm(directory, { recursive: true }))

async function openFile(text: string) {
  await writeFile(file, text)
  let changes = 0
  const given = { digests: new Map(), short: [] }
  const tokens = await openTokens(
    { given, file, fileVariable: 'STATUS_TOKENS_FILE' },
    {
      log,
      onChange: () => {
        changes += 1
      },
    },
  )
  return {
    opens: (cluster: string, token: string) => isOneOf(tokens.byCluster.get(cluster) ?? [], digestOf(token)),
    /** As the timer does, twice: what has just been written must stay the same. */
    async lookTwice() {
      await tokens.look()
      await tokens.look()
    },
    look: tokens.look,
    changes: () => changes,
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  }
}

it('takes new tokens from its file without a restart, and forgets those that are gone', async () => {
  await using tokens = await openFile('main:old')
  expect(tokens.opens('main', 'old')).toBe(true)
  await writeFile(file, 'main:new\nmain:old\nother:its-own')
  await tokens.lookTwice()
  expect([tokens.opens('main', 'new'), tokens.opens('main', 'old')]).toEqual([true, true])
  expect(tokens.opens('other', 'its-own')).toBe(true)
  // As Kubernetes replaces a secret: another file takes the name.
  await writeFile(`${file}.next`, 'main:new')
  await rename(`${file}.next`, file)
  await tokens.lookTwice()
  expect([tokens.opens('main', 'new'), tokens.opens('main', 'old')]).toEqual([true, false])
  expect(tokens.opens('other', 'its-own')).toBe(false)
  expect(tokens.changes()).toBe(2)
})

it('keeps the tokens while the file is wrong, empty, away or half written', async () => {
  await using tokens = await openFile('main:old')
  for (const text of ['main', '', '# nothing\n', 'main:a;main:b;main:c']) {
    await writeFile(file, text)
    await tokens.lookTwice()
    expect(tokens.opens('main', 'old')).toBe(true)
  }
  await rm(file)
  await tokens.lookTwice()
  expect(tokens.opens('main', 'old')).toBe(true)
  await writeFile(file, 'main:ne')
  await tokens.look()
  await writeFile(file, 'main:new')
  await tokens.look()
  expect([tokens.opens('main', 'old'), tokens.opens('main', 'ne')]).toEqual([true, false])
  await tokens.look()
  expect(tokens.opens('main', 'new')).toBe(true)
})

it('does not start with a file that is wrong, and names the variable', async () => {
  await expect(openFile('main')).rejects.toThrow(/^STATUS_TOKENS_FILE: expected cluster:token/)
  await expect(openFile('')).rejects.toThrow('STATUS_TOKENS_FILE: it holds no token')
})
