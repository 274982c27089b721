import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const names = globSync(['apps/*/bench/*.ts', 'packages/*/bench/*.ts'], { cwd: root }).map(file =>
  basename(file, '.ts'),
)

it('tells what each benchmark is for when it is given no name', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'infra/bench/src/main.ts')])
  const [usage, , ...lines] = stdout.trimEnd().split('\n')
  expect(usage).toBe('npm run bench -- NAME')
  expect(lines.map(line => /^ {2}(\S+) +\S.*$/.exec(line)?.[1]).toSorted()).toEqual(names.toSorted())
})
