import { createLog } from '@shardlight/service'
import type { ShardState } from '@shardlight/shard-registry'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { createManualClock } from '@shardlight/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDirectory } from '../src/directory.ts'
import { firstDay, firstSlotMs, shardHistoryAnswerOf, uptimeAnswerOf } from '../src/history/answers.ts'
import { readDays, readShardSlots, readTallies } from '../src/history/read-history.ts'
import { startHistoryRecorder } from '../src/history/recorder.ts'
import { openHistoryDatabase } from './history-database.ts'

const log = createLog({ name: 'test', level: 'silent' })
const LOOK = 5_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 10, 21, 12)
const MIDNIGHT = Date.UTC(2026, 10, 22)
const [UNKNOWN, UNHEALTHY, OFFLINE, ONLINE, STARTING, STOPPING, RESUMING] = [0, 1, 2, 3, 4, 5, 6] as const

let history: Awaited<ReturnType<typeof openHistoryDatabase>>
beforeAll(async () => {
  history = await openHistoryDatabase()
})
afterAll(() => history?.[Symbol.asyncDispose]())
beforeEach(async () => {
  history.setAway(false)
  await history.database.query('TRUNCATE history_progress, history_slots, history_days')
})

/** A registry, and recorders over it, on a clock that the test moves; the database's clock moves with it. */
function createWorld(beginMs: number) {
  const clock = createManualClock()
  let jumpedMs = 0
  let sleptMs = 0
  let states: ShardState[] = []
  let isCurrent = true
  const nowMs = () => beginMs + clock.nowMs() + sleptMs
  const registry = createMemoryRegistry({ healthTimeoutMs: 30_000, nowMs })
  const directory = createDirectory({ registry, tokens: new Map([['main', 'x']]), glanceBots: new Map() })
  const push = () =>
    registry.push('main', { totalShards: states.length, shards: states.map((state, id) => ({ id, state })) })

  return {
    async set(...wanted: ShardState[]) {
      states = wanted
      await push()
    },
    setCurrent(is: boolean) {
      isCurrent = is
    },
    /** The machine sleeps, and its steady clock with it. */
    sleep(ms: number) {
      sleptMs += ms
    },
    jumpDatabaseClock(byMs: number) {
      jumpedMs += byMs
    },
    nowMs,
    async start() {
      const recorder = startHistoryRecorder({
        registry: { ...registry, staleSinceMs: () => (isCurrent ? null : nowMs()) },
        directory,
        records: history.records,
        healthTimeoutMs: 30_000,
        log,
        clock,
        wallNowMs: nowMs,
        readNow: async () => nowMs() + jumpedMs,
      })
      await clock.advance(0)
      return recorder
    },
    /** Time passes, and the process pushes all the while. */
    async pass(ms: number) {
      for (let leftMs = ms; leftMs > 0; leftMs -= LOOK) {
        if (states.length > 0) await push()
        await clock.advance(Math.min(LOOK, leftMs))
        await history.idle()
      }
    },
    async uptime() {
      const atMs = nowMs()
      const [days, slots] = await Promise.all([
        readDays(history.database, 'main', firstDay(atMs)),
        readTallies(history.database, 'main', firstSlotMs(atMs)),
      ])
      return uptimeAnswerOf({ cluster: 'main', nowMs: atMs, days, slots })
    },
    async slots(shard: number) {
      const totalShards = states.length
      const atMs = nowMs()
      const of = { cluster: 'main', shard, totalShards, fromMs: firstSlotMs(atMs) }
      const read = await readShardSlots(history.database, of)
      return shardHistoryAnswerOf({ ...of, id: shard, nowMs: atMs, ...read }).slots
    },
  }
}

/** Seconds of the cluster, all days together. */
async function seconds() {
  const [row] = await history.database.query<Record<'observed' | 'problem' | 'up' | 'down' | 'off', number>>(
    `SELECT (sum(observed_ms) / 1000)::float8 AS observed, (sum(problem_ms) / 1000)::float8 AS problem,
       (sum(up_ms) / 1000)::float8 AS up, (sum(down_ms) / 1000)::float8 AS down, (sum(off_ms) / 1000)::float8 AS off
     FROM history_days`,
  )
  return row
}

describe('the recorder of uptime', () => {
  it('adds up what the shards do: up, down, and switched off', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE, UNHEALTHY, OFFLINE, STARTING, STOPPING, UNKNOWN)
    const recorder = await world.start()
    await world.pass(10 * MINUTE)
    await recorder[Symbol.asyncDispose]()
    expect(await seconds()).toEqual({ observed: 600, problem: 600, up: 600, down: 1_200, off: 1_200 })
    const { totals } = await world.uptime()
    expect(totals.last24h).toMatchObject({ upShare: 1 / 3, problemSeconds: 600 })
    expect(totals.last24h.knownDays).toBeCloseTo((10 / 1_440) * (5 / 6))
  })

  it('takes a planned restart for uptime, and a connection that hangs in Resuming for an outage', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE, ONLINE)
    await using recorder = await world.start()
    await world.pass(MINUTE)
    await world.set(ONLINE, RESUMING)
    await world.pass(30_000)
    await world.set(ONLINE, ONLINE)
    await world.pass(MINUTE)
    expect((await world.uptime()).totals.last24h.upShare).toBe(1)
    await world.set(ONLINE, RESUMING)
    await world.pass(3 * MINUTE)
    await recorder[Symbol.asyncDispose]()
    expect((await seconds())?.down).toBe(115)
  })

  it('counts once where two replicas record, and goes on when one of them ends', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE)
    await using first = await world.start()
    await world.pass(2_000)
    await using second = await world.start()
    await world.pass(10 * MINUTE)
    const both = (await seconds())?.observed ?? 0
    expect(both).toBeGreaterThanOrEqual(540)
    expect(both).toBeLessThanOrEqual(602)
    await first[Symbol.asyncDispose]()
    await world.pass(10 * MINUTE)
    await second[Symbol.asyncDispose]()
    const one = (await seconds())?.observed ?? 0
    expect(one).toBeGreaterThanOrEqual(both + 540)
    expect(one).toBeLessThanOrEqual(1_202)
  })

  it('cuts days at midnight in UTC, and slots where they end', async () => {
    const world = createWorld(MIDNIGHT - 32_000)
    await world.set(ONLINE, UNHEALTHY)
    const recorder = await world.start()
    await world.pass(72_000)
    await recorder[Symbol.asyncDispose]()
    const [before, after] = (await world.uptime()).days.slice(-2)
    expect(before).toMatchObject({ day: '2026-11-21', upShare: 0.5, problemSeconds: 32 })
    expect(before?.observedShare).toBeCloseTo(32 / 86_400)
    expect(after).toMatchObject({ day: '2026-11-22', problemSeconds: 40, observedShare: 1 })
    expect((await world.slots(1)).slice(-3).map(({ state }) => state)).toEqual([null, 'down', 'down'])
  })

  it('knows nothing of the time in which nobody watched, and loses nothing of a slot that a restart cuts', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE, ONLINE)
    const first = await world.start()
    await world.pass(MINUTE)
    await first[Symbol.asyncDispose]()
    await world.pass(2 * MINUTE)
    await using second = await world.start()
    await world.pass(MINUTE)
    await world.set(ONLINE, UNHEALTHY)
    await world.pass(50_000)
    await second[Symbol.asyncDispose]()
    expect(await seconds()).toEqual({ observed: 170, problem: 50, up: 290, down: 50, off: 0 })
    const [slot] = (await world.slots(1)).slice(-1)
    expect(slot?.state).toBe('partly')
    expect(slot?.upShare).toBeCloseTo(120 / 170, 2)
  })

  it('counts nothing while the picture is not current, and afterwards only what was heard anew', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE)
    const recorder = await world.start()
    await world.pass(MINUTE)
    world.setCurrent(false)
    await world.pass(5 * MINUTE)
    world.setCurrent(true)
    await world.pass(MINUTE)
    await recorder[Symbol.asyncDispose]()
    const { observed = 0 } = (await seconds()) ?? {}
    expect(observed).toBeGreaterThanOrEqual(110)
    expect(observed).toBeLessThanOrEqual(120)
  })

  it('keeps what each layout of shards did apart', async () => {
    const world = createWorld(NOON)
    await world.set(UNHEALTHY, ONLINE)
    const recorder = await world.start()
    await world.pass(4 * MINUTE)
    await world.set(ONLINE, ONLINE, ONLINE, ONLINE)
    await world.pass(8 * MINUTE)
    await recorder[Symbol.asyncDispose]()
    expect((await world.slots(0)).slice(-4).map(({ state }) => state)).toEqual([null, 'up', 'up', 'up'])
    expect(await seconds()).toMatchObject({ observed: 720, down: 240 })
    await world.set(ONLINE, ONLINE)
    expect((await world.slots(0)).slice(-4).map(({ state }) => state)).toEqual([null, 'down', null, null])
  })

  it('writes into the right slots what it has counted while PostgreSQL was away', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE)
    const recorder = await world.start()
    await world.pass(4 * MINUTE)
    history.setAway(true)
    await world.pass(10 * MINUTE)
    await world.set(UNHEALTHY)
    await world.pass(11 * MINUTE)
    expect(recorder.waiting).toBe(5)
    expect(recorder.writtenAgoMs()).toBeGreaterThanOrEqual(20 * MINUTE)
    history.setAway(false)
    await world.pass(MINUTE)
    await recorder[Symbol.asyncDispose]()
    expect(recorder.waiting).toBe(0)
    expect((await world.slots(0)).slice(-6).map(({ state }) => state)).toEqual([
      'up',
      'up',
      'partly',
      'down',
      'down',
      'down',
    ])
    expect(await seconds()).toMatchObject({ observed: 26 * 60, down: 12 * 60 })
  })

  it('keeps no more than an hour for a PostgreSQL that stays away', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE)
    history.setAway(true)
    const recorder = await world.start()
    await world.pass(3 * HOUR)
    expect(recorder.waiting).toBeLessThanOrEqual(13)
    expect(recorder.givenUp).toBeGreaterThan(20)
    history.setAway(false)
    await world.pass(MINUTE)
    await recorder[Symbol.asyncDispose]()
    const { observed = 0 } = (await seconds()) ?? {}
    expect(observed).toBeGreaterThanOrEqual(3_600)
    expect(observed).toBeLessThanOrEqual(3_960)
  })

  it.each([-2 * HOUR, 2 * HOUR])(
    'counts nothing twice when the clock of the database jumps by %d ms',
    async jumpMs => {
      const world = createWorld(NOON)
      await world.set(ONLINE)
      const recorder = await world.start()
      await world.pass(10 * MINUTE)
      world.jumpDatabaseClock(jumpMs)
      await world.pass(10 * MINUTE)
      world.jumpDatabaseClock(-jumpMs)
      await world.pass(10 * MINUTE)
      await recorder[Symbol.asyncDispose]()
      const { observed = 0 } = (await seconds()) ?? {}
      expect(observed).toBeGreaterThanOrEqual(10 * 60)
      expect(observed).toBeLessThanOrEqual(30 * 60)
      const [most] = await history.database.query<{ most: number }>(
        'SELECT max(observed_ms)::float8 AS most FROM history_slots',
      )
      expect(most?.most).toBeLessThanOrEqual(5 * MINUTE)
    },
  )

  it('puts what it saw before and after a sleep of its machine where each belongs', async () => {
    const world = createWorld(NOON)
    await world.set(ONLINE)
    const recorder = await world.start()
    await world.pass(50_000)
    world.sleep(HOUR)
    await world.pass(2 * MINUTE)
    await recorder[Symbol.asyncDispose]()
    const slots = await history.database.query(
      `SELECT to_char(slot AT TIME ZONE 'UTC', 'HH24:MI') AS slot, (observed_ms / 1000)::float8 AS seconds
       FROM history_slots ORDER BY history_slots.slot`,
    )
    expect(slots).toEqual([
      { slot: '12:00', seconds: 50 },
      { slot: '13:00', seconds: 110 },
    ])
  })

  it('forgets slots after a day and days after 91', async () => {
    await history.database.query(
      `INSERT INTO history_slots (cluster, slot, total_shards, observed_ms, problem_ms, shard_ms, up_ms, down_ms, off_ms)
       SELECT 'gone', to_timestamp($1::float8 / 1000) - hours * interval '1 hour', 1, 1, 0, 1, 1, 0, 0
       FROM unnest(ARRAY[0, 24, 26]) AS hours`,
      [NOON],
    )
    await history.database.query(
      `INSERT INTO history_days (cluster, day, observed_ms, problem_ms, shard_ms, up_ms, down_ms, off_ms)
       SELECT 'gone', '2026-11-21'::date - days, 1, 0, 1, 1, 0, 0 FROM unnest(ARRAY[0, 91, 92]) AS days`,
    )
    const world = createWorld(NOON)
    await world.set(ONLINE)
    await using _ = await world.start()
    await world.pass(MINUTE)
    const kept = await history.database.query<{ slots: number; days: number }>(
      `SELECT (SELECT count(*)::int FROM history_slots WHERE cluster = 'gone') AS slots,
         (SELECT count(*)::int FROM history_days WHERE cluster = 'gone') AS days`,
    )
    expect(kept).toEqual([{ slots: 2, days: 2 }])
  })
})
