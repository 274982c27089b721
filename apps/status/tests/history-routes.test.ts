import { type Database, openDatabase } from '@shardlight/database'
import { shardHistoryAnswerSchema, uptimeAnswerSchema } from '@shardlight/status-client'
import { eventually, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedDays, seedSlots } from './history-seed.ts'
import { type RunningStatus, startRunningStatus } from './running-status.ts'

const UP = 254

describe('the history of a cluster', () => {
  const opened = new AsyncDisposableStack()
  let status: RunningStatus
  let database: Database
  beforeAll(async () => {
    const scratch = opened.use(await testDatabase())
    status = opened.use(
      await startRunningStatus({ clusters: ['main', 'fresh'], environment: { DATABASE_URL: scratch.url } }),
    )
    database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
    await status.push('main', Array(64).fill(3))
    await seedDays(database, 'main', {
      shards: 64,
      days: [
        { daysAgo: 120 },
        { daysAgo: 89, upShare: 0.5, worst: 0.25 },
        { daysAgo: 20, observed: 0.5 },
        { daysAgo: 3, off: 1 },
        { daysAgo: 2 },
      ],
    })
    await seedSlots(database, 'main', {
      shards: 64,
      slotsAgo: [300, 287, 100, 10],
      byteOf: (shard, ago) => (shard === 63 && ago === 100 ? 2 : shard === 62 && ago === 10 ? 128 : UP),
    })
  })
  afterAll(() => opened.disposeAsync())
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${status.url}/api/v2/clusters/${path}`, { headers })

  it('is 90 days with what is known of them, and totals that say how much that is', async () => {
    const { days, totals, atMs } = uptimeAnswerSchema.parse(await (await get('main/uptime')).json())
    expect(days).toHaveLength(90)
    expect(days.at(-1)?.day).toBe(new Date(atMs).toISOString().slice(0, 10))
    const [first] = days
    expect(first).toMatchObject({ upShare: 0.5, observedShare: 1, problemSeconds: 43_200 })
    expect(first?.worst?.upShare).toBe(0.25)
    expect(days[1]).toMatchObject({ upShare: null, observedShare: 0, problemSeconds: 0, worst: null })
    expect(days[69]).toMatchObject({ upShare: 1, observedShare: 0.5 })
    expect(days[86]).toMatchObject({ upShare: null, observedShare: 1 })
    expect(totals.last7d.knownDays).toBeGreaterThanOrEqual(2)
    expect(totals.last7d.upShare).toBe(1)
    expect(totals.last90d.upShare).toBeCloseTo(2 / 2.5, 2)
    expect(totals.last24h.observedShare).toBeCloseTo(3 / 288, 2)
  })

  it('is 24 hours of one shard in slots of five minutes, the present one last', async () => {
    const answer = shardHistoryAnswerSchema.parse(await (await get('main/shards/63/history')).json())
    expect(answer.slots).toHaveLength(288)
    const nowSlot = answer.slots.at(-1)?.fromMs ?? 0
    expect(answer.atMs - nowSlot).toBeLessThan(300_000)
    expect(
      answer.slots.flatMap(({ state, fromMs }) => (state === 'down' ? [(nowSlot - fromMs) / 300_000] : [])),
    ).toEqual([100])
    const other = shardHistoryAnswerSchema.parse(await (await get('main/shards/62/history')).json())
    expect(other.slots.find(({ state }) => state === 'partly')?.upShare).toBe(0.5)
  })

  it('comes from pushes too, within a minute', async () => {
    const isWritten = async () => {
      await status.push('fresh', [3, 1])
      const { slots } = shardHistoryAnswerSchema.parse(await (await get('fresh/shards/1/history')).json())
      return slots.at(-1)?.state === 'down' || slots.at(-2)?.state === 'down'
    }
    await eventually('what was pushed is history', isWritten, { withinMs: 120_000, everyMs: 1_000 })
  }, 150_000)

  it('may be cached, and is not sent again while it is the same', async () => {
    const first = await get('main/shards/7/history')
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    const tag = first.headers.get('etag') ?? ''
    const again = await get('main/shards/7/history', { 'if-none-match': tag })
    expect([200, 304]).toContain(again.status)
    if (again.status === 304) expect(await again.text()).toBe('')
    const uptime = await get('main/uptime')
    const same = await get('main/uptime', { 'if-none-match': uptime.headers.get('etag') ?? '' })
    expect(same.status).toBe(304)
  })

  it.each([
    ['nobody/uptime', 404],
    ['main/shards/64/history', 404],
    ['main/shards/x/history', 400],
  ])('answers %s with %d', async (path, code) => {
    expect((await get(path)).status).toBe(code)
  })

  it('says in /metrics when it was last written', async () => {
    const metrics = async () => (await fetch(`${status.url}/metrics`)).text()
    await eventually('something was written', async () =>
      /^shardlight_status_history_written_ago_seconds [\d.]+$/m.test(await metrics()),
    )
    expect(await metrics()).toMatch(/^shardlight_status_history_failed_writes_total 0$/m)
  })
})

it('says that it is not kept where no database is configured, which is no error', async () => {
  await using status = await startRunningStatus()
  await status.push('main', [3])
  const get = (path: string, headers = {}) => fetch(`${status.url}/api/v2/clusters/${path}`, { headers })
  const answer = await get('main/uptime')
  expect(answer.status).toBe(200)
  const uptime = uptimeAnswerSchema.parse(await answer.json())
  expect(uptime).toMatchObject({ cluster: 'main', isKept: false, days: [] })
  expect(uptime.totals.last90d).toEqual({ upShare: null, observedShare: 0, problemSeconds: 0, knownDays: 0 })
  const tag = answer.headers.get('etag') ?? ''
  expect((await get('main/uptime', { 'if-none-match': tag })).status).toBe(304)
  const history = shardHistoryAnswerSchema.parse(await (await get('main/shards/0/history')).json())
  expect(history).toMatchObject({ cluster: 'main', id: 0, totalShards: 1, isKept: false, slots: [] })
  expect((await get('nobody/uptime')).status).toBe(404)
  expect((await get('main/shards/1/history')).status).toBe(404)
})
