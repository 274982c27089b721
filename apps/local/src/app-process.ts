import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const root = join(import.meta.dirname, '..', '..', '..')
/** As long as the manager may take to let its shard processes finish; all others take no time. */
const GRACE_MS = 20_000

/** A start that takes longer says what it waits for, and says it again. */
const SAY_WHY_MS = 5_000

const readiness = z.object({ checks: z.record(z.string(), z.string()) })

export type AppOptions = {
  /** As people know it, such as "status page". */
  name: string
  /** Relative to the repository, such as `apps/status/src/main.ts`. */
  file: string
  environment: Record<string, string | undefined>
  /** Answers 200 when it is ready. */
  readyUrl: string
  logFile: string
  say: (line: string) => void
  /** Aborted when the whole start is given up. */
  signal: AbortSignal
}

/** Not everything in our environment is a child's business: what it gets is listed, and this. */
const passedOn = ['PATH', 'HOME', 'TZ', 'LANG', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'] as const

function fork({ file, environment, logFile }: AppOptions): { child: ChildProcess; lastErrors: () => string } {
  const child = spawn(process.execPath, [join(root, file)], {
    cwd: root,
    // In a group of its own a Ctrl-C does not reach it: we stop everything in order. If we are killed, the closed
    // channel ends it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: Object.fromEntries(
      [...passedOn.map(name => [name, process.env[name]]), ...Object.entries(environment)].filter(
        ([, value]) => value !== undefined,
      ),
    ),
  })
  const log = createWriteStream(logFile, { flags: 'a' })
  let errors = ''
  child.stdout?.pipe(log, { end: false })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-2_000)
    log.write(text)
  })
  child.once('exit', () => setImmediate(() => log.end()))
  return { child, lastErrors: () => errors.trim() }
}

/** @returns undefined when it is ready, else what it waits for, as far as it says. */
async function reasonNotReady(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_500) })
    if (answer.ok) return undefined
    const { checks } = readiness.parse(await answer.json())
    return Object.values(checks)
      .filter(outcome => outcome !== 'ok')
      .join(', ')
  } catch {
    return 'it does not answer yet'
  }
}

/** The first pause before an app that died is started again; doubled after each short life, up to `STABLE_MS`. */
const RESTART_MS = 1_000
const STABLE_MS = 60_000

/**
 * Starts one app as its own process and resolves when it is ready. One that dies later is started again.
 * @throws with what the app said when it ends before it is ready.
 */
export async function startApp(options: AppOptions): Promise<AsyncDisposable> {
  const { name, readyUrl, say, signal } = options
  const stopping = new AbortController()
  let { child, lastErrors } = fork(options)

  const untilReady = async () => {
    let sayAgainAtMs = performance.now() + SAY_WHY_MS
    while (child.exitCode === null && child.signalCode === null) {
      signal.throwIfAborted()
      const reason = await reasonNotReady(readyUrl)
      if (reason === undefined) return true
      if (performance.now() > sayAgainAtMs) {
        say(`… ${name} is not ready: ${[reason, lastErrors().split('\n').at(-1)].filter(Boolean).join('; ')}`)
        sayAgainAtMs = performance.now() + SAY_WHY_MS
      }
      await sleep(50)
    }
    return false
  }

  const keepAlive = async () => {
    let deaths = 0
    while (!stopping.signal.aborted) {
      const startedAtMs = performance.now()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (stopping.signal.aborted) return
      const end = child.signalCode ?? `exit code ${child.exitCode}`
      deaths = performance.now() - startedAtMs < STABLE_MS ? deaths + 1 : 1
      const delayMs = Math.min(STABLE_MS, RESTART_MS * 2 ** (deaths - 1))
      say(`! ${name} ended (${end}); starting it again in ${delayMs / 1000} s  ${lastErrors()}`.trimEnd())
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      ;({ child, lastErrors } = fork(options))
      if (await untilReady()) say(`✓ ${name} is back`)
    }
  }

  const end = async () => {
    stopping.abort()
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await once(child, 'exit')
    clearTimeout(timer)
  }

  try {
    if (!(await untilReady()))
      throw new Error(lastErrors() || `${name} ended with exit code ${child.exitCode}`)
  } catch (error) {
    await end()
    throw error
  }
  const kept = keepAlive()
  return {
    async [Symbol.asyncDispose]() {
      await end()
      await kept
    },
  }
}
