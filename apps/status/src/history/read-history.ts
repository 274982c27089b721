import type { Queryable } from '@shardlight/database'
import { SLOT_MS, type Tally, type Worst } from './piece.ts'

export type DayRow = Tally & { day: string; worst: Worst | undefined }

const TALLY = `observed_ms::float8 AS "observedMs", problem_ms::float8 AS "problemMs", shard_ms::float8 AS "shardMs",
  up_ms::float8 AS "upMs", down_ms::float8 AS "downMs", off_ms::float8 AS "offMs"`

/** The days of a cluster that are known, from that one on. */
export async function readDays(db: Queryable, cluster: string, fromDay: string): Promise<DayRow[]> {
  const rows = await db.query<Tally & { day: string; worstShare: number | null; worstAtMs: number | null }>(
    `SELECT day::text, ${TALLY}, worst_share AS "worstShare",
       (extract(epoch FROM worst_at) * 1000)::float8 AS "worstAtMs"
     FROM history_days WHERE cluster = $1 AND day >= $2`,
    [cluster, fromDay],
  )
  return rows.map(({ worstShare, worstAtMs, ...row }) => ({
    ...row,
    worst: worstShare === null || worstAtMs === null ? undefined : { share: worstShare, atMs: worstAtMs },
  }))
}

/** The slots of a cluster that are known, from that one on, whatever its layout. */
export const readTallies = (db: Queryable, cluster: string, fromMs: number): Promise<Tally[]> =>
  db.query<Tally>(
    `SELECT ${TALLY} FROM history_slots WHERE cluster = $1 AND slot >= to_timestamp($2::float8 / 1000)`,
    [cluster, fromMs],
  )

export type ShardSlots = {
  /** One byte, by the slot's begin in ms. */
  closed: Map<number, number>
  open: { fromMs: number; upMs: number; downMs: number; offMs: number } | undefined
}

/** One shard of the layout with that many. */
export async function readShardSlots(
  db: Queryable,
  {
    cluster,
    shard,
    totalShards,
    fromMs,
  }: { cluster: string; shard: number; totalShards: number; fromMs: number },
): Promise<ShardSlots> {
  const closed = await db.query<{ fromMs: number; byte: number }>(
    `SELECT (extract(epoch FROM slot) * 1000)::float8 AS "fromMs",
       get_byte(substring(shards FROM $4::int + 1 FOR 1), 0) AS byte
     FROM history_slots
     WHERE cluster = $1 AND slot >= to_timestamp($2::float8 / 1000) AND total_shards = $3 AND shards IS NOT NULL`,
    [cluster, fromMs, totalShards, shard],
  )
  const times = [0, 1, 2].map(
    kind => `substring(open_shards FROM 4 * (${kind} * $2::int + $3::int) + 1 FOR 4)`,
  )
  const [open] = await db.query<{ fromMs: number; times: Buffer }>(
    `SELECT (extract(epoch FROM open_slot) * 1000)::float8 AS "fromMs", ${times.join(' || ')} AS times
     FROM history_progress WHERE cluster = $1 AND open_total_shards = $2`,
    [cluster, totalShards, shard],
  )
  return {
    closed: new Map(closed.map(row => [row.fromMs, row.byte])),
    open: open && {
      fromMs: open.fromMs,
      upMs: open.times.readUInt32LE(0),
      downMs: open.times.readUInt32LE(4),
      offMs: open.times.readUInt32LE(8),
    },
  }
}

export const beginOfSlot = (atMs: number): number => Math.floor(atMs / SLOT_MS) * SLOT_MS
