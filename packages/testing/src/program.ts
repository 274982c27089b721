import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** Whether the system still knows a process of that id. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export type Program = AsyncDisposable & {
  child: ChildProcess
  pid: number
  /** All it wrote to standard output and error so far. */
  output(): string
  /** Resolves with the exit code, or null after a signal. */
  exited: Promise<number | null>
}

/** What a program of ours is given whatever it does: with compiled modules it starts in two thirds of the time. */
export const whereThingsAre = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
})

/**
 * Runs a program of this repository, such as `apps/sandbox/src/main.ts`, as its own process: SIGTERM with its
 * scope, SIGKILL when that does not help. Only the given variables, and where programs and
 * compiled modules are, are in its environment.
 */
export function runProgram(
  file: string,
  environment: Record<string, string> = {},
  args: string[] = [],
): Program {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { ...whereThingsAre(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written = `${written}${text}`.slice(-200_000)
    })
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  if (child.pid === undefined) throw new Error(`${file} did not start`)
  return {
    child,
    pid: child.pid,
    output: () => written,
    exited,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 12_000)
      await exited
      clearTimeout(timer)
    },
  }
}
