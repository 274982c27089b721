import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { z } from 'zod'

export type Child = AsyncDisposable & {
  /** The next thing that it tells. */
  next<Answer>(answer: z.ZodType<Answer>): Promise<Answer>
  /** Tells it something, and waits for what it tells then. */
  ask<Answer>(order: object | string, answer: z.ZodType<Answer>): Promise<Answer>
  tell(order: object | string): void
}

/** A process of the benchmark, by its file in this folder's parent; it is killed at the end. */
export function startChild(file: string, environment: Record<string, string> = {}): Child {
  const child = fork(join(import.meta.dirname, '..', file), [], {
    env: { PATH: process.env['PATH'], ...environment },
  })
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} of the benchmark ended with ${code}`)
  })
  gone.catch(() => {})

  async function next<Answer>(answer: z.ZodType<Answer>): Promise<Answer> {
    const [message] = await Promise.race([once(child, 'message'), gone])
    return answer.parse(message)
  }

  return {
    next,
    ask(order, answer) {
      const answered = next(answer)
      child.send(order)
      return answered
    },
    tell: order => void child.send(order),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}
