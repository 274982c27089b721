import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { spark } from '../prepare.ts'

export type Job = AsyncDisposable & {
  output(): string
  exited: Promise<number | null>
  /** SIGKILL to all of its processes at once: Python's, Java's and their workers'. */
  kill(): Promise<void>
}

const KEPT = ['PATH', 'JAVA_HOME', 'HOME', 'LANG']

/** Runs one of the programs of this folder. */
export function startProgram(
  program: string,
  { args, databaseUrl, cwd, input }: { args: string[]; databaseUrl?: string; cwd: string; input?: string },
): Job {
  const kept = KEPT.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  const child = spawn(spark.python, [program, ...args], {
    cwd,
    env: {
      ...Object.fromEntries(kept),
      PYTHONDONTWRITEBYTECODE: '1',
      // Spark starts sooner, and these runs are too short to gain from more.
      JDK_JAVA_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that it can be killed as one.
    detached: true,
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${spark.python} did not start`)
  let written = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text
    })
  child.stdin.end(input)
  const exited: Promise<number | null> = once(child, 'close').then(([code]) => code)
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL')
    await exited
  }
  return { output: () => written, exited, kill, [Symbol.asyncDispose]: kill }
}
