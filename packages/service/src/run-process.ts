import { ConfigError } from './config.ts'

/** What stays between "please stop" and the end of a process that hangs. */
const STOP_TIMEOUT_MS = 10_000

/** The reasons of an error, first to last, in one line. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = []
  for (let at = error; at !== undefined && at !== null && reasons.length < 5; ) {
    const { message, code, cause, errors } = (at instanceof Error ? at : { message: String(at) }) as {
      message: string
      code?: unknown
      cause?: unknown
      errors?: unknown[]
    }
    const reason = message || (typeof code === 'string' ? code : 'unknown error')
    if (!reasons.some(known => known.includes(reason))) reasons.push(reason)
    at = cause ?? errors?.[0]
  }
  return reasons.join(': ').replaceAll(/\s*\n\s*/g, ' ')
}

const complaintOf = (name: string, what: string, error: unknown): string =>
  error instanceof ConfigError
    ? error.problems.map(problem => `${name}: ${problem}`).join('\n')
    : `${name}: ${what}${reasonOf(error)}`

/** Runs what does one thing and ends: what fails is told in one line, with exit code 1. */
export async function runCommand(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    console.error(complaintOf(name, '', error))
    process.exitCode = 1
  }
}

/** Gives back the way for the process to end by itself, with the reason why. */
export type Lifetime = {
  /** Ends the process as if it had been asked to, with exit code 1 when there is an error. */
  end(error?: unknown): void
  /** Aborted when the process begins to stop. */
  signal: AbortSignal
}

/**
 * Turns what `start` opened into a process: SIGINT and SIGTERM stop it, a second signal kills it,
 * a timer ends one that hangs, and the exit code tells whether all went well.
 * A start that fails says why in one line. The only place that calls `process.exit`.
 */
export function runProcess(
  name: string,
  start: (lifetime: Lifetime) => Promise<AsyncDisposable>,
  { stopTimeoutMs = STOP_TIMEOUT_MS }: { stopTimeoutMs?: number } = {},
): void {
  const stopping = new AbortController()
  let started: AsyncDisposable | undefined
  let starting = true
  let exitCode = 0

  const complain = (what: string, error: unknown) => {
    exitCode = 1
    console.error(complaintOf(name, what, error))
  }

  const stop = async () => {
    if (stopping.signal.aborted) return
    stopping.abort()
    setTimeout(() => {
      console.error(`${name}: did not stop within ${stopTimeoutMs / 1000} s, ended`)
      process.exit(1)
    }, stopTimeoutMs).unref()
    if (starting) return
    try {
      await started?.[Symbol.asyncDispose]()
    } catch (error) {
      complain('while stopping: ', error)
    }
    process.exit(exitCode)
  }

  const end = (error?: unknown) => {
    if (error !== undefined) complain('', error)
    void stop()
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
      void stop()
    })
  }
  // Started with a channel, a process belongs to whoever holds the other end: it does not outlive its parent.
  if (process.channel) process.on('disconnect', () => void stop())
  process.on('uncaughtException', error => end(error))
  process.on('unhandledRejection', error => end(error))

  void (async () => {
    try {
      started = await start({ end, signal: stopping.signal })
      starting = false
      if (!stopping.signal.aborted) return
      await started[Symbol.asyncDispose]()
    } catch (error) {
      // A start that was interrupted has not failed.
      if (!stopping.signal.aborted) complain(starting ? 'cannot start: ' : 'while stopping: ', error)
    }
    process.exit(exitCode)
  })()
}
