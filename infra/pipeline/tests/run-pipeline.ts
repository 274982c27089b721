import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const main = join(import.meta.dirname, '..', 'src', 'main.ts')

export type Ended = {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Starts the program as a CI does, with this environment and no other. */
export function startPipeline(args: string[], environment: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text
  })
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => ({ code, signal, ...written }))
  return { child, ended, stdout: () => written.stdout }
}

export const runPipeline = (args: string[], environment: Record<string, string> = {}): Promise<Ended> =>
  startPipeline(args, environment).ended
