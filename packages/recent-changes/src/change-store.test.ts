import { randomUUID } from 'node:crypto'
import { type Database, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readMissing, readToday } from './change-queries.ts'
import { type ChangeStore, createChangeStore, dayOf, migrateRecentChanges } from './change-store.ts'
import type { RecentChange } from './recent-change.ts'
import { createStreamStore } from './stream-store.ts'

let database: Database
let store: ChangeStore
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  await migrateRecentChanges(database)
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())
beforeEach(async () => {
  await database.query(
    'TRUNCATE recent_changes, recent_change_days, recent_change_hours, recent_change_streams',
  )
  await database.query(`UPDATE recent_change_retention SET dropped_before = '-infinity'`)
  store = createChangeStore(database)
})

const change = (id: string, at: string, more: Partial<RecentChange> = {}): RecentChange => ({
  id,
  at: new Date(at),
  wiki: 'en.wikipedia.org',
  type: 'edit',
  isBot: false,
  isMinor: false,
  namespace: 0,
  title: 'Page',
  editor: 'Ada',
  comment: '',
  oldLength: 1,
  newLength: 2,
  raw: '{"a":1}',
  ...more,
})

async function insert(changes: RecentChange[]) {
  await store.ensureDays(new Set(changes.map(one => dayOf(one.at))))
  return store.insert(database, changes)
}

const counts = () =>
  database.query<{ day: string; wiki: string; type: string; isBot: boolean; count: number }>(
    `SELECT day::text, wiki, type, is_bot AS "isBot", count::int FROM recent_change_days ORDER BY 1, 2, 3, 4`,
  )

describe('events', () => {
  it('are stored and counted once, by the UTC day of their moment, however often they come', async () => {
    const [late, early] = [
      change('a', '2026-11-20T23:59:59.999Z'),
      change('b', '2026-11-21T00:00:00Z', { isBot: true }),
    ]
    expect(await insert([late, early, late])).toEqual({ stored: 2, duplicates: 1, tooOld: 0 })
    expect(await insert([early, late])).toEqual({ stored: 0, duplicates: 2, tooOld: 0 })
    expect(await counts()).toEqual([
      { day: '2026-11-20', wiki: 'en.wikipedia.org', type: 'edit', isBot: false, count: 1 },
      { day: '2026-11-21', wiki: 'en.wikipedia.org', type: 'edit', isBot: true, count: 1 },
    ])
  })

  it('are counted as a plain recount counts them, in any batches, from several writers at once', async () => {
    const events = fc.array(
      fc.record({
        id: fc.nat(30).map(String),
        minute: fc.nat(2_800),
        wiki: fc.constantFrom('en.wikipedia.org', 'es.wikipedia.org'),
        isBot: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(events, { maxLength: 6 }), async batches => {
        await database.query('TRUNCATE recent_changes, recent_change_days, recent_change_hours')
        // The same id is the same event, whatever else is drawn for it.
        const first = new Map<string, RecentChange>()
        const real = batches.map(batch =>
          batch.map(({ id, minute, wiki, isBot }) => {
            const at = new Date(Date.UTC(2026, 10, 20) + minute * 60_000).toISOString()
            const one = first.get(id) ?? change(id, at, { wiki, isBot })
            first.set(id, one)
            return one
          }),
        )
        await Promise.all(real.map(insert))
        const expected = new Map<string, number>()
        for (const { at, wiki, isBot } of first.values()) {
          const key = `${dayOf(at)} ${wiki} ${isBot}`
          expected.set(key, (expected.get(key) ?? 0) + 1)
        }
        const found = new Map((await counts()).map(row => [`${row.day} ${row.wiki} ${row.isBot}`, row.count]))
        expect(found).toEqual(expected)
        const [hours] = await database.query<{ sum: number }>(
          'SELECT coalesce(sum(count), 0)::int AS sum FROM recent_change_hours',
        )
        expect(hours?.sum).toBe(first.size)
      }),
      { numRuns: 25 },
    )
  })

  it('of days that were dropped are neither stored nor counted again', async () => {
    const old = change('a', '2026-11-18T12:00:00Z')
    await insert([old, change('b', '2026-11-20T12:00:00Z')])
    expect(await store.dropBefore('2026-11-19')).toBeGreaterThan(0)
    expect(await insert([old])).toEqual({ stored: 0, duplicates: 0, tooOld: 1 })
    expect((await counts()).map(row => [row.day, row.count])).toEqual([
      ['2026-11-18', 1],
      ['2026-11-20', 1],
    ])
    expect(await database.query('SELECT id FROM recent_changes')).toEqual([{ id: 'b' }])
    await expect(store.recount('2026-11-18')).rejects.toThrow('the events of 2026-11-18 were dropped')
  })

  it('are not dropped before the stream was read to the end of their day', async () => {
    await insert([change('a', '2026-11-18T12:00:00Z'), change('b', '2026-11-19T12:00:00Z')])
    await database.query(
      `INSERT INTO recent_change_streams (name, last_at) VALUES ('recentchange', '2026-11-19T01:00:00Z')`,
    )
    await store.dropBefore('2026-11-21')
    expect(await database.query('SELECT id FROM recent_changes')).toEqual([{ id: 'b' }])
    expect(await insert([change('c', '2026-11-19T13:00:00Z')])).toMatchObject({ stored: 1, tooOld: 0 })
  })

  it('that come from the future do not move the place in the stream there', async () => {
    const streams = createStreamStore({ database, stream: 'recentchange', holder: randomUUID() })
    const lease = await streams.acquire()
    await streams.advance(database, {
      epoch: lease?.epoch ?? 0,
      lastEventId: 'x',
      lastAt: new Date('2099-01-01'),
    })
    expect((await streams.position())?.lastAt?.getTime()).toBeLessThan(Date.now() + 60_000)
  })

  it('that nobody has read for a while are known to be missing', async () => {
    const { day } = await readToday(database)
    await database.query(
      `INSERT INTO recent_change_streams (name, first_at, last_at) VALUES ('recentchange', '2026-01-01', now())`,
    )
    expect(await readMissing(database, day)).toEqual([])
    await database.query(`UPDATE recent_change_streams SET last_at = now() - interval '30 days'`)
    const [missing] = await readMissing(database, day)
    expect(missing?.from).toEqual(new Date(`${day}T00:00:00Z`))
    expect(missing?.until.getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
  })

  it('are neither held nor missed because of a stream that another took the place of', async () => {
    await insert([change('a', '2026-11-18T12:00:00Z')])
    const { day } = await readToday(database)
    await database.query(
      `INSERT INTO recent_change_streams (name, first_at, last_at) VALUES
       ('recentchange@sandbox', '2026-01-01', now() - interval '30 days'), ('recentchange', '2026-01-01', now())`,
    )
    expect(await readMissing(database, day)).toEqual([])
    expect(await store.dropBefore('2026-11-19')).toBeGreaterThan(0)
  })

  it('are counted anew on demand, which tells where the counts were wrong', async () => {
    await insert([change('a', '2026-11-21T01:00:00Z'), change('b', '2026-11-21T02:00:00Z', { type: 'new' })])
    expect(await store.recount('2026-11-21')).toEqual([])
    await database.query(`UPDATE recent_change_days SET count = 5 WHERE type = 'edit'`)
    await database.query(`DELETE FROM recent_change_days WHERE type = 'new'`)
    expect(await store.recount('2026-11-21')).toEqual([
      { wiki: 'en.wikipedia.org', type: 'edit', isBot: false, counted: 5, stored: 1 },
      { wiki: 'en.wikipedia.org', type: 'new', isBot: false, counted: 0, stored: 1 },
    ])
    expect((await counts()).map(row => row.count)).toEqual([1, 1])
  })
})
