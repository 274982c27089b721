import { createLog } from '@shardlight/service'
import { createManualClock } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { createIdentifyBroker, type Permit } from './identify-broker.ts'
import { startIdentifyLedger } from './ledger/identify-ledger.ts'
import { createMemoryIdentifyStore } from './ledger/memory-identify-store.ts'
import { createMemoryTurns } from './turns/memory-turns.ts'

const log = createLog({ name: 'test', level: 'silent' })
const HOUR_MS = 3_600_000
/** 2026-11-21 12:00 UTC */
const NOON_MS = Date.UTC(2026, 10, 21, 12)

async function setUp({
  maxConcurrency = 1,
  remaining = 1_000,
  total = 1_000,
  resetAfterMs = 6 * HOUR_MS,
} = {}) {
  const clock = createManualClock()
  const wallMs = () => NOON_MS + clock.nowMs()
  const gateway = { isAway: false, remaining, total, resetAtMs: resetAfterMs }
  const ledger = startIdentifyLedger({
    store: createMemoryIdentifyStore({ share: 0.5, wallMs }),
    async look() {
      if (gateway.isAway) throw new Error('Discord is away')
      return { ...gateway, resetAfterMs: gateway.resetAtMs - clock.nowMs() }
    },
    clock,
    log,
  })
  const turns = createMemoryTurns({ quietMs: ledger.quietMs, clock })
  const broker = createIdentifyBroker({ turns, ledger, maxConcurrency, clock, wallMs })
  await clock.advance(0)
  const grants: { shardId: number; atMs: number }[] = []
  const ask = (shardId: number): Permit => {
    const permit = broker.request(shardId)
    void permit.granted.then(() => grants.push({ shardId, atMs: clock.nowMs() }))
    return permit
  }
  return { clock, broker, gateway, grants, ask, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
}

type Harness = Awaited<ReturnType<typeof setUp>>

/** A shard as discord.js has it: READY after a while, or, when that does not come within 15 s, the same again. */
async function identify(
  { clock, broker }: Pick<Harness, 'clock' | 'broker'>,
  shardId: number,
  readyMs: () => number | undefined,
) {
  for (;;) {
    const permit = broker.request(shardId)
    await permit.granted
    permit.sent()
    const wait = readyMs()
    await clock.sleepUntil(clock.nowMs() + (wait ?? 15_000))
    if (wait !== undefined) return permit.succeeded()
    permit.release()
  }
}

describe('the identify broker', () => {
  it('spaces a bucket by five seconds from the moment of sending, in order', async () => {
    await using harness = await setUp()
    const { clock, grants, ask } = harness
    const permits = [ask(0), ask(1), ask(2)]
    await clock.advance(3_000)
    permits[0]?.sent()
    await clock.advance(5_249)
    expect(grants.map(grant => grant.shardId)).toEqual([0])
    await clock.advance(1)
    permits[1]?.sent()
    await clock.advance(5_250)
    expect(grants).toEqual([
      { shardId: 0, atMs: 0 },
      { shardId: 1, atMs: 8_250 },
      { shardId: 2, atMs: 13_500 },
    ])
  })

  it('counts a permit whose holder died as sent', async () => {
    await using harness = await setUp()
    const { clock, grants, ask } = harness
    const first = ask(0)
    ask(1)
    await clock.advance(0)
    first.release()
    await clock.advance(5_249)
    expect(grants).toHaveLength(1)
    await clock.advance(1)
    expect(grants).toHaveLength(2)
  })

  it('forgets one that was given back before its turn', async () => {
    await using harness = await setUp()
    const { clock, grants, ask, broker } = harness
    const first = ask(0)
    ask(1).release()
    ask(2)
    await clock.advance(0)
    first.sent()
    await clock.advance(6_000)
    expect(grants.map(grant => grant.shardId)).toEqual([0, 2])
    expect(broker.view()).toMatchObject({ left: 498, waiting: [] })
  })

  it('waits for the next day when its share is spent, and says who waits until when', async () => {
    await using harness = await setUp({ maxConcurrency: 16, remaining: 4 })
    const { clock, broker, gateway, grants, ask } = harness
    for (const shardId of [0, 1, 4, 7]) {
      ask(shardId).sent()
      await clock.advance(0)
    }
    expect(grants).toHaveLength(2)
    expect(broker.view()).toMatchObject({
      left: 0,
      allowed: 2,
      perDay: 1_000,
      spent: 2,
      resetsAtMs: NOON_MS + 6 * HOUR_MS,
      reason: 'The bot has used its share of logins for today; shards 4, 7 wait until 18:00 UTC',
      waiting: [
        { shardId: 4, sinceMs: NOON_MS },
        {
          shardId: 7,
          reason: 'The bot has used its share of logins for today; shard 7 waits until 18:00 UTC',
        },
      ],
    })
    await clock.advance(6 * HOUR_MS - 1)
    expect(grants).toHaveLength(2)
    Object.assign(gateway, { remaining: 1_000, resetAtMs: 30 * HOUR_MS })
    await clock.advance(1_000)
    expect(grants.map(grant => grant.shardId)).toEqual([0, 1, 4, 7])
    expect(broker.view()).toMatchObject({ left: 498, reason: null, waiting: [] })
  })

  it('waits, and says so, while Discord does not tell of the new day', async () => {
    await using harness = await setUp({ resetAfterMs: HOUR_MS })
    const { clock, broker, gateway, grants, ask } = harness
    gateway.isAway = true
    await clock.advance(HOUR_MS)
    ask(3)
    await clock.advance(60_000)
    expect(grants).toHaveLength(0)
    expect(broker.view().reason).toBe(
      'Discord does not say how many logins are left today; shard 3 waits until it does',
    )
    Object.assign(gateway, { isAway: false, resetAtMs: 25 * HOUR_MS })
    await clock.advance(1_000)
    expect(grants).toHaveLength(1)
  })

  it('starts 32 shards in 16 buckets in two rounds, however slow READY is', async () => {
    for (const readyMs of [200, 4_000, 12_000]) {
      await using harness = await setUp({ maxConcurrency: 16 })
      const { clock, broker } = harness
      let ready = 0
      for (let shardId = 0; shardId < 32; shardId += 1)
        void identify(harness, shardId, () => readyMs).then(() => {
          ready += 1
        })
      await clock.advance(5_250 + readyMs)
      expect({ readyMs, ready }).toEqual({ readyMs, ready: 32 })
      expect(broker.view().left).toBe(500 - 32)
    }
  })

  it('starts 64 shards in one bucket one after the other, without a pause', async () => {
    await using harness = await setUp()
    let ready = 0
    for (let shardId = 0; shardId < 64; shardId += 1)
      void identify(harness, shardId, () => 2_000).then(() => {
        ready += 1
      })
    await harness.clock.advance(63 * 5_250 + 2_000)
    expect(ready).toBe(64)
  })

  for (const shards of [1, 4, 32, 200]) {
    it(`spends at most a twentieth of the day in an hour when READY never comes to ${shards} shards`, async () => {
      await using harness = await setUp({ maxConcurrency: 16 })
      const { clock, broker } = harness
      for (let shardId = 0; shardId < shards; shardId += 1) void identify(harness, shardId, () => undefined)
      let before = 0
      for (let hour = 1; hour <= 3; hour += 1) {
        await clock.advance(HOUR_MS)
        const spent = 500 - broker.view().left
        expect(spent - before).toBeLessThanOrEqual(50)
        expect(spent - before).toBeGreaterThanOrEqual(11)
        before = spent
      }
      expect(broker.view().reason).toMatch(/^Logins are failing; /)
    })
  }

  it('spends no more in that hour when the manager restarts every three minutes', async () => {
    const clock = createManualClock()
    const wallMs = () => NOON_MS + clock.nowMs()
    const store = createMemoryIdentifyStore({ share: 0.5, wallMs })
    const look = async () => ({ remaining: 1_000, total: 1_000, resetAfterMs: 9 * HOUR_MS - clock.nowMs() })
    for (let life = 0; life < 20; life += 1) {
      const ledger = startIdentifyLedger({ store, look, clock, log })
      const turns = createMemoryTurns({ quietMs: ledger.quietMs, clock, log })
      await using broker = createIdentifyBroker({ turns, ledger, maxConcurrency: 16, clock, wallMs })
      for (let shardId = 0; shardId < 32; shardId += 1)
        void identify({ clock, broker }, shardId, () => undefined)
      await clock.advance(180_000)
    }
    const spent = (await store.read())?.spent ?? 0
    expect(spent).toBeLessThanOrEqual(50)
    expect(spent).toBeGreaterThan(40)
  })

  it('opens for all at once when the first succeeds after an hour of failures', async () => {
    await using harness = await setUp({ maxConcurrency: 16 })
    const { clock, broker } = harness
    let isSwallowing = true
    let ready = 0
    for (let shardId = 0; shardId < 32; shardId += 1)
      void identify(harness, shardId, () => (isSwallowing ? undefined : 500)).then(() => {
        ready += 1
      })
    await clock.advance(HOUR_MS)
    isSwallowing = false
    for (let second = 0; ready === 0 && second < 400; second += 1) await clock.advance(1_000)
    await clock.advance(12_000)
    expect(ready).toBe(32)
    expect(broker.view().reason).toBeNull()
  })

  it('lets other shards log in at once while one fails by itself', async () => {
    await using harness = await setUp({ maxConcurrency: 16 })
    const { clock, broker } = harness
    void identify(harness, 7, () => undefined)
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(60_000)
      let isReady = false
      void identify(harness, 1 + (minute % 3), () => 500).then(() => {
        isReady = true
      })
      await clock.advance(500)
      expect(isReady).toBe(true)
    }
    expect(500 - broker.view().left - 60).toBeLessThanOrEqual(20)
  })

  it('never lets two of a bucket be sent within the window, whatever happens', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = randomOf(seed)
      const maxConcurrency = 1 + Math.floor(random() * 4)
      await using harness = await setUp({ maxConcurrency, remaining: 100_000, total: 100_000 })
      const { clock, broker } = harness
      const sends = new Map<number, number[]>()
      const act = async (shardId: number) => {
        await clock.sleepUntil(clock.nowMs() + random() * 40_000)
        for (let life = 0; life < 4; life += 1) {
          const permit = broker.request(shardId)
          const isGranted = await Promise.race([
            permit.granted.then(() => true),
            clock.sleepUntil(clock.nowMs() + 1_000 + random() * 60_000).then(() => false),
          ])
          if (isGranted) await clock.sleepUntil(clock.nowMs() + random() * 9_000)
          if (isGranted && random() < 0.8) {
            const bucket = shardId % maxConcurrency
            sends.set(bucket, [...(sends.get(bucket) ?? []), clock.nowMs()])
            permit.sent()
            await clock.sleepUntil(clock.nowMs() + random() * 25_000)
            if (random() < 0.7) permit.succeeded()
          }
          if (random() < 0.8) permit.release()
        }
      }
      for (let shardId = 0; shardId < 12; shardId += 1) void act(shardId)
      await clock.advance(HOUR_MS)
      for (const times of sends.values()) {
        const gaps = times.slice(1).map((atMs, at) => atMs - (times[at] ?? 0))
        expect({ seed, least: Math.min(...gaps) >= 5_000 }).toEqual({ seed, least: true })
      }
      expect(sends.size).toBe(maxConcurrency)
    }
  })
})

/** Numbers that look random and are the same in each run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
