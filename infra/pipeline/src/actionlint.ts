import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const VERSION = '1.7.12'
const directory = join(import.meta.dirname, '..', '..', '..', '.toolchain', `actionlint-${VERSION}`)
const binary = join(directory, 'actionlint')
const FETCH_MS = 300_000

export const HOW_TO_GET_ACTIONLINT = 'install Go 1.21 or newer, which fetches actionlint'

/** Builds actionlint from Go's module proxy, once. @returns false where Go is absent. */
export async function fetchActionlint(): Promise<boolean> {
  if (existsSync(binary)) return true
  const goIsThere = await run('go', ['version']).then(
    () => true,
    () => false,
  )
  if (!goIsThere) return false
  await mkdir(directory, { recursive: true })
  await run('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${VERSION}`], {
    env: { ...process.env, GOBIN: directory },
    timeout: FETCH_MS,
  })
  return true
}

/** What actionlint says of a workflow file, a line each; without shellcheck, which not every machine has. */
export async function lintWorkflow(file: string): Promise<string[]> {
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', file]
  return run(binary, args).then(
    () => [],
    error => {
      const said = String(error.stdout ?? '').trim()
      if (!said) throw error
      return said.split('\n')
    },
  )
}
