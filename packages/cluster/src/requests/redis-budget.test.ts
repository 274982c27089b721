import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@shardlight/embedded'
import { monotonicClock } from '@shardlight/service'
import { eventually, redisIsMissing, redisUrl } from '@shardlight/testing'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { openRedisSlots } from './redis-slots.ts'
import { createSender, mostWithin, QUICK, requestBudgetContract } from './request-budget.contract.ts'
import { startRequestBudget } from './start-request-budget.ts'

describe.skipIf(redisIsMissing())('the request budget in Redis', () => {
  const open = async (namespace: string, { url = redisUrl(), patienceMs = 15_000 } = {}) => {
    const slots = await openRedisSlots({ url, namespace, limits: QUICK })
    const budget = startRequestBudget({ slots, clock: monotonicClock, patienceMs })
    return {
      budget,
      nowMs: monotonicClock.nowMs,
      pass: (forMs: number) => sleep(forMs),
      [Symbol.asyncDispose]: () => budget[Symbol.asyncDispose](),
    }
  }

  requestBudgetContract(() => open(randomUUID()))

  it('lets three managers send no more than one may, and each of them its share', async () => {
    const namespace = randomUUID()
    await using first = await open(namespace)
    await using second = await open(namespace)
    await using third = await open(namespace)
    const senders = [first, second, third].map(createSender)
    for (const { send } of senders) {
      for (let n = 0; n < 60; n += 1) void send('answer')
      for (let n = 0; n < 60; n += 1) void send('background', { importance: 'background' })
    }
    await eventually('half of all is sent', () => senders.flatMap(({ sent }) => sent).length >= 180)
    expect(Math.min(...senders.map(({ sent }) => sent.length))).toBeGreaterThan(20)
    await eventually('all is sent', () => senders.flatMap(({ sent }) => sent).length === 360)
    const atMs = senders.flatMap(({ sent }) => sent).map(one => one.atMs)
    expect(mostWithin(atMs, 200)).toBeLessThanOrEqual(48)
  })

  it('tells every manager what a 429 stops, and of invalid answers', async () => {
    const namespace = randomUUID()
    await using first = await open(namespace)
    await using second = await open(namespace)
    const [{ send }, other] = [createSender(first), createSender(second)]
    await send('refused', { status: 429, told: { scope: 'user', retryAfterMs: 1_500 } })
    await eventually('Redis knows', () => first.budget.view().blockedRoutes.length === 1)
    // It need not have heard before it asks.
    void other.send('blocked')
    for (let n = 0; n < 19; n += 1) await send('forbidden', { status: 403, route: 'GET /users/@me' })
    await eventually('the other refuses', () => other.refused.length === 1)
    expect(String(other.refused[0])).toContain('19 × 403, 1 × 429')
    expect(other.sent).toEqual([])
  })

  it('grants nothing while Redis is away, says so in time, and goes on by itself when it is back', async () => {
    const redis = await startRedis()
    if (!redis) throw new Error('Redis was there a moment ago')
    await using harness = await open('lost', { url: redis.url, patienceMs: 500 })
    const { sent, refused, send } = createSender(harness)
    await send('before')
    await redis[Symbol.asyncDispose]()
    await send('meanwhile')
    expect(sent).toHaveLength(1)
    expect(String(refused[0])).toMatch(
      /POST \/channels\/1\/messages was not sent after 0.5 s: Redis, which keeps the request budget/,
    )
    expect(harness.budget.view().outage).toContain('Redis')

    await using _ = await startRedis({ port: redis.port })
    await eventually('requests are sent again', async () => {
      await send('after')
      return sent.length > 1
    })
    expect(harness.budget.view().outage).toBeNull()
  })

  it('says so in time also where Redis hangs, and goes on when it answers again', async () => {
    const redis = await startRedis()
    if (!redis) throw new Error('Redis was there a moment ago')
    await using _ = redis
    await using harness = await open('hangs', { url: redis.url, patienceMs: 500 })
    const { sent, refused, send } = createSender(harness)
    await send('before')
    const other = new Redis(redis.url)
    await other.client('PAUSE', 5_000, 'ALL')
    await send('meanwhile')
    expect(String(refused[0])).toContain('Redis, which keeps the request budget of all managers')
    await eventually('requests are sent again', async () => {
      await send('after')
      return sent.length > 1
    })
    other.disconnect()
  })

  it('waits for a Redis that is late', async () => {
    const redis = await startRedis()
    if (!redis) throw new Error('Redis was there a moment ago')
    await redis[Symbol.asyncDispose]()
    await using harness = await open('late', { url: redis.url })
    const { sent, send } = createSender(harness)
    void send('early')
    await using _ = await startRedis({ port: redis.port })
    await eventually('it is sent', () => sent.length === 1)
  })
})
