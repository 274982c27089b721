import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Passes a signal on to a foreign server when our end of its standard input closes, so that it ends with us
 * even after a kill -9. `exec 3<&0`: a shell gives its background jobs /dev/null as standard input.
 */
const guard = (signal: string) =>
  `exec 3<&0; "$@" </dev/null & p=$!; (cat <&3 >/dev/null; kill -${signal} $p 2>/dev/null) & wait $p`

export type Guarded = AsyncDisposable & {
  child: ChildProcess
  /** Resolves when the server ended, with the last lines it wrote. */
  ended: Promise<string>
}

/**
 * Starts a server that is not ours, in a process group of its own (a Ctrl-C must not reach it before us),
 * and stops it with the signal. A program that does not set its own handler is deaf to INT: a shell's background jobs are.
 */
export function startGuarded(
  command: string[],
  {
    environment = {},
    signal = 'INT',
    onOutput = () => {},
  }: { environment?: NodeJS.ProcessEnv; signal?: 'INT' | 'TERM'; onOutput?: (text: string) => void } = {},
): Guarded {
  const child = spawn('sh', ['-c', guard(signal), 'sh', ...command], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...environment },
  })
  let lastOutput = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lastOutput = `${lastOutput}${text}`.slice(-2_000)
      onOutput(text)
    })
  }
  child.stdin.on('error', () => {})
  const ended = once(child, 'exit').then(() => lastOutput)
  return {
    child,
    ended,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
