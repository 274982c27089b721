import { type Database, openDatabase } from '@shardlight/database'
import { eventually, startPostgresProxy, testDatabase } from '@shardlight/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EventLog, newEvent, openEventLog, type Subscription, UserActive } from '../src/index.ts'
import { startWakeUps } from '../src/wake-ups.ts'
import { Entry, silent } from './journal.ts'

const GUILD = 1161574221348863930n
/** The nearest id that a float cannot tell from it. */
const NEIGHBOUR = GUILD + 1n
const PAGE = 256
const NEVER_MS = 3_600_000

let url: string
let database: Database
let scope: AsyncDisposableStack
beforeEach(async () => {
  await using opened = new AsyncDisposableStack()
  url = opened.use(await testDatabase()).url
  database = opened.use(await openDatabase({ url, applicationName: 'test' }))
  scope = opened.move()
})
afterEach(() => scope?.disposeAsync())

const open = async (options: { pollMs?: number; database?: Database; keepMs?: number } = {}) =>
  scope.use(await openEventLog({ database, log: silent, ...options }))
const entry = (n: number, guildId = GUILD) => newEvent(Entry, { guildId, writer: 0, n })
const entries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => entry(from + index))
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

async function take(subscription: Subscription<typeof Entry>, count: number): Promise<number[]> {
  const seen: number[] = []
  const iterator = subscription[Symbol.asyncIterator]()
  while (seen.length < count) {
    const { value, done } = await iterator.next()
    if (done) break
    seen.push(value.metadata.n)
  }
  return seen
}

/** Writes down in the background what comes. */
function collect(subscription: Subscription<typeof Entry>): number[] {
  const seen: number[] = []
  scope.use(subscription)
  void (async () => {
    for await (const { metadata } of subscription) seen.push(metadata.n)
  })()
  return seen
}

const listeners = () =>
  database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND query = 'LISTEN events' AND state = 'idle'`,
  )
const isListening = () => eventually('it listens', async () => (await listeners()).length > 0)

describe('live delivery', () => {
  it('is woken by the notification, long before any poll', async () => {
    const eventLog = await open({ pollMs: NEVER_MS })
    await isListening()
    const seen = collect(await eventLog.subscribe(Entry))
    const another = scope.use(await openDatabase({ url, applicationName: 'another' }))
    const elsewhere = await open({ database: another, pollMs: NEVER_MS })
    for (const n of [0, 1, 2]) {
      await elsewhere.publish(entry(n))
      await eventually(`${n} is there`, () => seen.length === n + 1)
    }
    expect(seen).toEqual([0, 1, 2])
  })

  it('goes on when the listening backend is ended, with what was appended meanwhile', async () => {
    const eventLog = await open({ pollMs: NEVER_MS })
    await isListening()
    const seen = collect(await eventLog.subscribe(Entry))
    for (const { pid } of await listeners()) {
      await database.query('SELECT pg_terminate_backend($1)', [pid])
      await eventually('it is gone', async () => (await listeners()).every(one => one.pid !== pid))
    }
    await eventLog.publish(entry(0))
    await eventually('it is heard again', () => seen.length === 1)
    await isListening()
    await eventLog.publish(entry(1))
    await eventually('notifications wake it again', () => seen.length === 2)
    expect(seen).toEqual([0, 1])
  })

  it('is by polling where notifications get lost on the way and the connection seems to live', async () => {
    const proxy = scope.use(await startPostgresProxy(url))
    const behind = scope.use(await openDatabase({ url: proxy.url, applicationName: 'behind' }))
    const polling = await open({ database: behind, pollMs: 50 })
    const notified = await open({ database: behind, pollMs: NEVER_MS })
    await eventually('both listen', async () => (await listeners()).length === 2)
    const polled = collect(await polling.subscribe(Entry))
    const unheard = collect(await notified.subscribe(Entry))
    const publisher = await open()
    await publisher.publish(entry(0))
    await eventually('both are notified', () => polled.length === 1 && unheard.length === 1)

    expect(proxy.deafen()).toBe(2)
    await publisher.publish(entry(1))
    await eventually('the poll finds it', () => polled.length === 2)
    expect(unheard).toEqual([0])
    proxy.cut()
    await eventually('the other hears again', () => unheard.length === 2)
    expect([polled, unheard]).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  it('ends with the signal, and with the log', async () => {
    const eventLog = await open()
    const stopping = new AbortController()
    const bySignal = await eventLog.subscribe(Entry, {}, { signal: stopping.signal })
    const waiting = take(bySignal, 1)
    stopping.abort()
    expect(await waiting).toEqual([])
    await eventLog.publish(entry(0))
    const late = await eventLog.subscribeWithHistory(Entry, {}, { signal: stopping.signal })
    expect(await take(late, 1)).toEqual([])
    const byLog = take(await eventLog.subscribe(Entry), 1)
    await eventLog[Symbol.asyncDispose]()
    expect(await byLog).toEqual([])
  })
})

describe('listening', () => {
  it('can be given up while it still connects', async () => {
    const { promise: isConnecting, resolve: connecting } = Promise.withResolvers<void>()
    const { promise: mayConnect, resolve: letConnect } = Promise.withResolvers<void>()
    const hesitant: Database = {
      ...database,
      async connection() {
        connecting()
        await mayConnect
        return database.connection()
      },
    }
    await openEventLog({ database, log: silent }).then(one => one[Symbol.asyncDispose]())
    const wakeUps = startWakeUps({ database: hesitant, pollMs: NEVER_MS, log: silent })
    await isConnecting
    const closed = wakeUps[Symbol.asyncDispose]()
    letConnect()
    await closed
  })
})

describe('a slow subscriber', () => {
  it('holds one page at most, delays nobody, and loses nothing', async () => {
    let held = 0
    const counted: Database = {
      ...database,
      async query<Row extends object>(sql: string, params?: readonly unknown[]) {
        const rows = await database.query<Row>(sql, params)
        if (sql.includes('metadata @>')) held += rows.length
        return rows
      },
    }
    const slow = scope.use(await (await open({ database: counted })).subscribe(Entry))
    const eventLog = await open()
    const swift = collect(await eventLog.subscribe(Entry))
    await eventLog.publish(...entries(0, 1_000))
    expect(await take(slow, 1)).toEqual([0])
    await eventLog.publish(...entries(1_000, 1_500))
    await eventually('the swift one is through', () => swift.length === 1_500)
    expect(held).toBe(PAGE)
    expect(await take(slow, 1_499)).toEqual(numbers(1, 1_500))
  })
})

describe('what matches', () => {
  let eventLog: EventLog
  beforeEach(async () => {
    eventLog = await open()
  })

  it('are the newest 256 past events unless more or fewer are asked for, then those that come', async () => {
    await eventLog.publish(...entries(0, 300))
    for (const [history, first] of [
      [undefined, 300 - PAGE],
      [10, 290],
      [280, 20],
      [0, 300],
    ] as const) {
      const options = history === undefined ? {} : { history }
      await using subscription = await eventLog.subscribeWithHistory(Entry, { guildId: GUILD }, options)
      await eventLog.publish(entry(-1, NEIGHBOUR))
      if (first < 300) expect(await take(subscription, 300 - first)).toEqual(numbers(first, 300))
    }
    await using live = await eventLog.subscribeWithHistory(Entry, { guildId: GUILD }, { history: 1 })
    await eventLog.publish(...entries(300, 310))
    expect(await take(live, 11)).toEqual(numbers(299, 310))
  })

  it('is told by type and by ids that a float would confuse', async () => {
    const seen = collect(await eventLog.subscribe(Entry, { guildId: GUILD }))
    const neighbours = collect(await eventLog.subscribe(Entry, { guildId: NEIGHBOUR, n: 2 }))
    await eventLog.publish(
      newEvent(UserActive, { guildId: GUILD, userId: 5n, how: 'voice', joinedAt: null }),
      entry(1),
      entry(1, NEIGHBOUR),
      entry(2, NEIGHBOUR),
      entry(3),
    )
    await eventually('all are seen', () => seen.length === 2 && neighbours.length === 1)
    expect([seen, neighbours]).toEqual([[1, 3], [2]])
    expect(await eventLog.getMatchingEvents(UserActive, { guildId: GUILD })).toMatchObject([
      { type: 'UserActive', metadata: { guildId: GUILD, userId: 5n } },
    ])
    expect(await eventLog.getMatchingEvents(UserActive, { guildId: null })).toEqual([])
  })

  it('has a time by the database, which `since` asks for', async () => {
    await eventLog.publish(entry(0))
    await eventLog.publish(entry(1))
    const [first, second] = await eventLog.getMatchingEvents(Entry)
    expect(first?.at.getTime()).toBeLessThanOrEqual(second?.at.getTime() ?? 0)
    const [row] = await database.query<{ at: Date }>(`SELECT clock_timestamp() + interval '1 s' AS at`)
    expect(await eventLog.getMatchingEvents(Entry, {}, { since: row?.at ?? new Date(0) })).toEqual([])
    expect(
      await eventLog.getMatchingEvents(Entry, {}, { since: new Date((first?.at.getTime() ?? 0) - 1) }),
    ).toHaveLength(2)
  })
})
