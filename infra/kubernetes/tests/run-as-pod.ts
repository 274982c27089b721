import { findFreePort } from '@shardlight/embedded'
import { eventually, type Program, runProgram } from '@shardlight/testing'
import type { Pod } from './pods.ts'

export type RunningPod = AsyncDisposable & {
  url: string
  program: Program
  environment: Record<string, string>
}

/**
 * Runs a program with the variables of a rendered pod, on this machine: only addresses and folders are others.
 * @param secrets the folder with a file for each variable
 */
export async function runAsPod(
  pod: Pod,
  {
    file,
    secrets,
    data,
    more,
  }: { file: string; secrets: string; data: string; more: Record<string, string> },
): Promise<RunningPod> {
  const port = await findFreePort()
  const environment = Object.fromEntries(
    Object.entries(pod.variables).map(([name, value]) => {
      if (name.endsWith('_HOST')) return [name, '127.0.0.1']
      if (name.endsWith('_PORT')) return [name, String(port)]
      if (name === 'DATA_DIR') return [name, data]
      return [name, value.replace(/^\/secrets\//, `${secrets}/`)]
    }),
  )
  Object.assign(environment, more)
  const program = runProgram(file, environment)
  const url = `http://127.0.0.1:${port}`
  try {
    await eventually(
      `${file} is ready, or ends`,
      async () =>
        program.child.exitCode !== null || (await fetch(url + pod.container.readinessProbe.httpGet.path)).ok,
      { withinMs: 90_000 },
    )
    if (program.child.exitCode !== null) throw new Error(`${file} ended`)
  } catch (error) {
    await program[Symbol.asyncDispose]()
    throw new Error(`${file} did not become ready: ${program.output()}`, { cause: error })
  }
  return { url, program, environment, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() }
}
