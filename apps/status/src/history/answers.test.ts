import { expect, it } from 'vitest'
import { firstDay, shardHistoryAnswerOf, uptimeAnswerOf } from './answers.ts'
import type { DayRow } from './read-history.ts'

const DAY = 86_400_000
const MORNING = Date.UTC(2026, 2, 1, 6)

const day = (of: string, { observedMs = DAY, downMs = 0 } = {}): DayRow => ({
  day: of,
  observedMs,
  problemMs: downMs,
  shardMs: observedMs,
  upMs: observedMs - downMs,
  downMs,
  offMs: 0,
  worst: undefined,
})
const answer = (...days: DayRow[]) => uptimeAnswerOf({ cluster: 'main', nowMs: MORNING, days, slots: [] })

it('begins 90 days back, over the end of a February', () => {
  expect(firstDay(MORNING)).toBe('2025-12-02')
  expect(
    answer()
      .days.map(({ day: of }) => of)
      .slice(-3),
  ).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
})

it('knows a present day whole as far as it has passed', () => {
  const { days, totals } = answer(day('2026-03-01', { observedMs: DAY / 4 }), day('2026-02-28'))
  expect(days.at(-1)?.observedShare).toBe(1)
  expect(totals.last7d).toMatchObject({ upShare: 1, knownDays: 1.25, observedShare: 1.25 / 6.25 })
})

it('weighs days by what is known of them, and says nothing of nothing', () => {
  const { totals } = answer(
    day('2026-02-28', { observedMs: DAY / 10, downMs: DAY / 10 }),
    day('2026-02-27', { observedMs: (DAY * 9) / 10 }),
  )
  expect(totals.last30d.upShare).toBe(0.9)
  expect(totals.last24h).toEqual({ upShare: null, observedShare: 0, problemSeconds: 0, knownDays: 0 })
})

it('never claims to know more than the time that has passed', () => {
  const { days, totals } = answer(day('2026-02-28', { observedMs: DAY + 5_000 }))
  expect(days.at(-2)?.observedShare).toBe(1)
  expect(totals.last90d.observedShare).toBeLessThanOrEqual(1)
})

it('shows the open slot of a shard as it is so far, and drops what is older than a day', () => {
  const nowMs = MORNING + 60_000
  const { slots } = shardHistoryAnswerOf({
    cluster: 'main',
    id: 3,
    totalShards: 4,
    nowMs,
    closed: new Map([
      [MORNING - 300_000, 2],
      [MORNING - DAY, 254],
    ]),
    open: { fromMs: MORNING, upMs: 45_000, downMs: 15_000, offMs: 0 },
  })
  expect(slots.slice(-2)).toMatchObject([
    { state: 'down', upShare: 0 },
    { fromMs: MORNING, state: 'partly', upShare: 0.75 },
  ])
  expect(slots.filter(({ state }) => state !== null)).toHaveLength(2)
})
