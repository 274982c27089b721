import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '@shardlight/database'
import { startRedis } from '@shardlight/embedded'
import { monotonicClock as clock, createLog } from '@shardlight/service'
import { eventually, redisIsMissing, redisUrl, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { createIdentifyBroker } from './identify-broker.ts'
import { startIdentifyLedger } from './ledger/identify-ledger.ts'
import { openPostgresIdentifyStore } from './ledger/postgres-identify-store.ts'
import { openRedisTurns } from './turns/redis-turns.ts'

const log = createLog({ name: 'test', level: 'silent' })
const times = { windowMs: 400, guardMs: 30, holdMs: 1_500 }

async function startManager({
  databaseUrl,
  url,
  application,
  remaining,
  maxConcurrency,
}: {
  databaseUrl: string
  url: string
  application: string
  remaining: number
  maxConcurrency: number
}) {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ url: databaseUrl, applicationName: 'test' }))
  const ledger = startIdentifyLedger({
    store: await openPostgresIdentifyStore({ database, application, share: 0.5 }),
    look: async () => ({ remaining, total: 1_000, resetAfterMs: 3_600_000 }),
    clock,
    log,
  })
  const turns = await openRedisTurns({
    url,
    application,
    quietMs: () => ledger.quietMs(times),
    times,
    clock,
    log,
  })
  const broker = opened.use(
    createIdentifyBroker({ turns, ledger, maxConcurrency, holdMs: times.holdMs, clock }),
  )
  const stack = opened.move()
  return { ...broker, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

describe.skipIf(redisIsMissing())('managers on several hosts', () => {
  async function startThree({ remaining = 1_000, maxConcurrency = 2, url = redisUrl() } = {}) {
    await using opened = new AsyncDisposableStack()
    const scratch = opened.use(await testDatabase())
    const application = randomUUID()
    const start = () =>
      startManager({ databaseUrl: scratch.url, url, application, remaining, maxConcurrency })
    const managers = await Promise.all([start(), start(), start()])
    for (const manager of managers) opened.use(manager)
    const sent: { bucket: number; atMs: number }[] = []
    const logIn = async (shardId: number) => {
      const permit = managers[shardId % 3]?.request(shardId)
      await permit?.granted
      sent.push({ bucket: shardId % maxConcurrency, atMs: performance.now() })
      permit?.sent()
      permit?.succeeded()
    }
    const gaps = () =>
      Array.from({ length: maxConcurrency }, (_, bucket) =>
        sent.filter(one => one.bucket === bucket),
      ).flatMap(ofBucket => ofBucket.slice(1).map(({ atMs }, at) => atMs - (ofBucket[at]?.atMs ?? 0)))
    const stack = opened.move()
    return { managers, start, sent, gaps, logIn, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  }

  it('never send two of a bucket within the window, wherever it asked first', async () => {
    await using three = await startThree()
    await Promise.all(Array.from({ length: 18 }, (_, shardId) => three.logIn(shardId)))
    expect(three.gaps()).toHaveLength(16)
    expect(Math.min(...three.gaps())).toBeGreaterThanOrEqual(times.windowMs)
  })

  it('together never spend more than the share, and each says who waits', async () => {
    await using three = await startThree({ remaining: 12, maxConcurrency: 16 })
    for (let shardId = 0; shardId < 9; shardId += 1) void three.logIn(shardId)
    await eventually('the share is spent', () => three.sent.length === 6)
    await eventually('all who wait say so', () =>
      three.managers.every(manager => {
        const { waiting, reason, left } = manager.view()
        return waiting.length === 0 || (left === 0 && reason?.includes('has used its share'))
      }),
    )
    expect(three.managers.flatMap(manager => manager.view().waiting)).toHaveLength(3)
    expect(three.sent).toHaveLength(6)
  })

  it('go on after Redis was lost and came back empty, without an early IDENTIFY', async () => {
    const server = await startRedis()
    if (!server) throw new Error('Redis was there a moment ago')
    await using three = await startThree({ url: server.url, maxConcurrency: 1 })
    const all = Promise.all(Array.from({ length: 6 }, (_, shardId) => three.logIn(shardId)))
    await eventually('some have logged in', () => three.sent.length >= 2)
    await server[Symbol.asyncDispose]()
    await eventually('each that waits says why', () =>
      three.managers.every(manager => {
        const { waiting, reason } = manager.view()
        return (
          waiting.length === 0 || /^Redis, .* cannot be reached; shards? [\d, ]+ waits?$/.test(reason ?? '')
        )
      }),
    )
    const lostAt = three.sent.length
    await sleep(2 * times.windowMs)
    expect(three.sent).toHaveLength(lostAt)
    await using _back = await startRedis({ port: server.port })
    await all
    expect(Math.min(...three.gaps())).toBeGreaterThanOrEqual(times.windowMs)
    await eventually('all is well', () => three.managers.every(manager => manager.view().reason === null))
  })

  it('wait when another started just before on an empty Redis', async () => {
    await using scratch = await testDatabase()
    const options = { databaseUrl: scratch.url, application: 'bot', remaining: 1_000, maxConcurrency: 1 }
    const first = await startRedis()
    const second = await startRedis()
    if (!first || !second) throw new Error('Redis was there a moment ago')
    await using _first = first
    await using _second = second
    await using one = await startManager({ ...options, url: first.url })
    await one.request(0).granted
    const grantedMs = performance.now()
    await using other = await startManager({ ...options, url: second.url })
    await other.request(1).granted
    expect(performance.now() - grantedMs).toBeGreaterThanOrEqual(times.windowMs)
  })
})
