import { join } from 'node:path'
import { connectTo, loadScript } from '@shardlight/redis'
import { z } from 'zod'
import { LIMITS, type Limits, type Slots } from './slots.ts'

/** Slots become free sooner than was told when another manager learns an outcome. */
const LOOK_AGAIN_MS = 50

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

const exchange = loadScript(join(import.meta.dirname, 'exchange.lua'), answer)

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
  const redis = connectTo(url)
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

  return {
    newsEveryMs: 1_000,
    async exchange(given) {
      try {
        if (performance.now() < mayAskAtMs) throw new Error('it came back a moment ago')
        return await exchange(redis, keys, [JSON.stringify({ ...given, limits })])
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
