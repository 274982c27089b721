import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis, type RedisOptions } from 'ioredis'
import { z } from 'zod'
import { LIMITS, type Limits, type Slots } from './slots.ts'

// ioredis' own defaults keep a command waiting for ever while Redis is away.
const CONNECTION = {
  lazyConnect: true,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
  connectTimeout: 2_000,
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** attempt, 1_000),
} satisfies RedisOptions

/** Slots become free sooner than was told when another manager learns an outcome. */
const LOOK_AGAIN_MS = 50

const script = readFileSync(join(import.meta.dirname, 'exchange.lua'), 'utf8')
const hash = createHash('sha1').update(script).digest('hex')

const answer = z
  .tuple([
    z.array(z.string()),
    z.number(),
    z.number(),
    z.number(),
    z.tuple([z.number(), z.number(), z.number()]),
    z.number(),
    z.number(),
    z.array(z.coerce.string()),
  ])
  .transform(([granted, urgent, background, used, counts, breakerOpenForMs, stoppedForMs, routes]) => ({
    granted,
    retryInMs: { urgent: Math.min(urgent, LOOK_AGAIN_MS), background: Math.min(background, LOOK_AGAIN_MS) },
    used,
    invalid: { 401: counts[0], 403: counts[1], 429: counts[2] },
    breakerOpenForMs,
    stoppedForMs,
    blocked: routes.flatMap((route, at) => (at % 2 ? [] : [{ route, forMs: Number(routes[at + 1]) }])),
  }))

/**
 * The slots of a bot with several managers. While Redis is away every exchange rejects; after it came back, which
 * may be empty, nothing is granted until all that was granted before has left Discord's second.
 * @param namespace begins every key; managers of one bot share it.
 */
export async function openRedisSlots({
  url,
  namespace,
  limits = LIMITS,
}: {
  url: string
  namespace: string
  limits?: Limits
}): Promise<Slots> {
  const redis = new Redis(url, CONNECTION)
  const keys = ['slots', 'blocked', 'invalid', 'moments'].map(name => `{${namespace}:requests}:${name}`)
  let lastError: unknown
  let mayAskAtMs = 0
  let wasConnected = false
  redis.on('error', error => {
    lastError = error
  })
  redis.on('ready', () => {
    if (wasConnected) mayAskAtMs = performance.now() + limits.arrivalMs + limits.windowMs
    wasConnected = true
  })
  // Redis may be late: the connection goes on trying.
  await redis.connect().catch(() => {})

  async function run(payload: string): Promise<unknown> {
    if (performance.now() < mayAskAtMs) throw new Error('it came back a moment ago')
    try {
      return await redis.evalsha(hash, keys.length, ...keys, payload)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(script, keys.length, ...keys, payload)
    }
  }

  return {
    newsEveryMs: 1_000,
    async exchange(given) {
      try {
        return answer.parse(await run(JSON.stringify({ ...given, limits })))
      } catch (error) {
        throw new Error('Redis, which keeps the request budget of all managers, does not answer', {
          cause: redis.status === 'ready' ? error : (lastError ?? error),
        })
      }
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect()
    },
  }
}
