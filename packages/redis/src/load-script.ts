import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import type { z } from 'zod'

export type Script<Answer> = (redis: Redis, keys: string[], args: (string | number)[]) => Promise<Answer>

/**
 * A Lua script, sent once and named by its hash from then on.
 * @param file such as `join(import.meta.dirname, 'apply.lua')`
 * @param answer what it answers
 */
export function loadScript<Answer>(file: string, answer: z.ZodType<Answer>): Script<Answer> {
  const source = readFileSync(file, 'utf8')
  const hash = createHash('sha1').update(source).digest('hex')
  return async (redis, keys, args) => {
    const keysAndArgs = [...keys, ...args]
    try {
      return answer.parse(await redis.evalsha(hash, keys.length, ...keysAndArgs))
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return answer.parse(await redis.eval(source, keys.length, ...keysAndArgs))
    }
  }
}
