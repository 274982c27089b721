import type { ShardHistoryAnswer, UptimeAnswer, UptimeTotal } from '@shardlight/status-client'
import { addTally, SLOT_MS, type Tally } from './piece.ts'
import { beginOfSlot, type DayRow, type ShardSlots } from './read-history.ts'
import { readShardByte, shardByteOf } from './shard-byte.ts'

const DAY_MS = 24 * 3_600_000
const DAYS = 90
export const SLOTS = DAY_MS / SLOT_MS

export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
export const firstDay = (nowMs: number): string => dayOf(nowMs - (DAYS - 1) * DAY_MS)
export const firstSlotMs = (nowMs: number): number => beginOfSlot(nowMs) - (SLOTS - 1) * SLOT_MS

const nothing = (): Tally => ({ observedMs: 0, problemMs: 0, shardMs: 0, upMs: 0, downMs: 0, offMs: 0 })

const upShareOf = ({ upMs, downMs }: Tally) => (upMs + downMs > 0 ? upMs / (upMs + downMs) : null)

/** Of the observed time, that share of the shards which was known. */
function knownMsOf({ observedMs, shardMs, upMs, downMs, offMs }: Tally): number {
  return shardMs > 0 ? observedMs * Math.min(1, (upMs + downMs + offMs) / shardMs) : 0
}

function totalOf(tallies: readonly Tally[], passedMs: number): UptimeTotal {
  const sum = nothing()
  for (const tally of tallies) addTally(sum, tally)
  const knownMs = tallies.reduce((ms, tally) => ms + knownMsOf(tally), 0)
  return {
    upShare: upShareOf(sum),
    observedShare: passedMs > 0 ? Math.min(1, knownMs / passedMs) : 0,
    problemSeconds: Math.round(sum.problemMs / 1000),
    knownDays: knownMs / DAY_MS,
  }
}

export function uptimeAnswerOf({
  cluster,
  nowMs,
  days,
  slots,
}: {
  cluster: string
  nowMs: number
  days: readonly DayRow[]
  slots: readonly Tally[]
}): UptimeAnswer {
  const known = new Map(days.map(row => [row.day, row]))
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS
  const rows = Array.from({ length: DAYS }, (_, at) => {
    const beginMs = today - (DAYS - 1 - at) * DAY_MS
    const row = known.get(dayOf(beginMs))
    return { day: dayOf(beginMs), passedMs: Math.min(DAY_MS, nowMs - beginMs), tally: row ?? nothing(), row }
  })
  const last = (count: number) => {
    const some = rows.slice(-count)
    return totalOf(
      some.map(({ tally }) => tally),
      some.reduce((ms, { passedMs }) => ms + passedMs, 0),
    )
  }
  return {
    cluster,
    isKept: true,
    atMs: nowMs,
    days: rows.map(({ day, passedMs, tally, row }) => {
      const { knownDays: _, ...total } = totalOf([tally], passedMs)
      return {
        day,
        ...total,
        worst: row?.worst ? { upShare: row.worst.share, atMs: row.worst.atMs } : null,
      }
    }),
    totals: {
      last24h: totalOf(slots, nowMs - firstSlotMs(nowMs)),
      last7d: last(7),
      last30d: last(30),
      last90d: last(90),
    },
  }
}

export function shardHistoryAnswerOf({
  nowMs,
  closed,
  open,
  ...of
}: ShardSlots & { cluster: string; id: number; totalShards: number; nowMs: number }): ShardHistoryAnswer {
  return {
    ...of,
    isKept: true,
    atMs: nowMs,
    slotSeconds: SLOT_MS / 1000,
    slots: Array.from({ length: SLOTS }, (_, at) => {
      const fromMs = firstSlotMs(nowMs) + at * SLOT_MS
      const byte = open?.fromMs === fromMs ? shardByteOf(open) : closed.get(fromMs)
      return { fromMs, ...readShardByte(byte ?? 0) }
    }),
  }
}

/** Where no database is configured: no error, since nothing is amiss and browsers would log one at every visit. */
export const unkeptUptimeOf = (cluster: string, nowMs: number): UptimeAnswer => ({
  ...uptimeAnswerOf({ cluster, nowMs, days: [], slots: [] }),
  isKept: false,
  days: [],
})

export const unkeptShardHistoryOf = (of: {
  cluster: string
  id: number
  totalShards: number
  nowMs: number
}): ShardHistoryAnswer => ({
  ...shardHistoryAnswerOf({ ...of, closed: new Map(), open: undefined }),
  isKept: false,
  slots: [],
})
