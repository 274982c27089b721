import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Runs a program of the doctor in a process of its own, and gives what it printed. What takes long to load would hold up
 * all others here, which then seemed not to be answered.
 */
export async function runOwn(
  program: string,
  {
    args = [],
    environment,
    signal,
  }: { args?: string[]; environment: Record<string, string | undefined>; signal: AbortSignal },
): Promise<string> {
  const file = join(import.meta.dirname, '..', program)
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    env: environment,
    signal,
  })
  return stdout
}
