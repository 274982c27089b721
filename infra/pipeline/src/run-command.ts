import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How a command ended: by itself with `exitCode`, or by `signal`, for which shells say 128 and its number. */
export type Outcome = {
  exitCode: number
  signal: NodeJS.Signals | undefined
  /** A value of `cicd.pipeline.task.run.result`. */
  result: 'success' | 'failure' | 'cancellation' | 'error'
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

/** Runs a command with our own input and output; the signals that come to us go on to it and all it started. */
export function runCommand(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  // In a group of its own: a Ctrl-C then reaches it once, from here, and not from the terminal as well.
  const child = spawn(command, args, { stdio: 'inherit', env, detached: true })
  let isCancelled = false
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      isCancelled = true
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal)
      } catch {
        // It has just ended; its exit code is on the way.
      }
    })
  }
  return new Promise(resolve => {
    child.once('error', error => {
      console.error(`pipeline: ${command} cannot be run: ${error.message}`)
      const isAbsent = 'code' in error && error.code === 'ENOENT'
      resolve({ exitCode: isAbsent ? NOT_FOUND : NOT_EXECUTABLE, signal: undefined, result: 'error' })
    })
    child.once('exit', (code, signal) => {
      const exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1)
      const result = exitCode === 0 ? 'success' : isCancelled ? 'cancellation' : 'failure'
      resolve({ exitCode, signal: signal ?? undefined, result })
    })
  })
}
