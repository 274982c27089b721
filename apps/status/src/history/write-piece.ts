import type { Queryable } from '@shardlight/database'
import { addShards, type Piece, SLOT_MS } from './piece.ts'
import { packShards } from './shard-byte.ts'

/** A recorder of that future was led by a clock that has been mended since. */
const FUTURE_MS = 60_000
const KEEP_SLOTS_MS = 25 * 3_600_000
const KEEP_DAYS = 91

type Progress = {
  isNew: boolean
  openSlotMs: number | null
  openTotalShards: number | null
  openShards: Buffer | null
}

const toBytes = ({ buffer, byteOffset, byteLength }: Uint32Array<ArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, byteLength)

/** A copy: what a driver gives may begin anywhere in memory, numbers may not. */
const toTimes = (bytes: Buffer) => new Uint32Array(Uint8Array.from(bytes).buffer)

const closeSlot = (tx: Queryable, cluster: string, { openSlotMs, openTotalShards, openShards }: Progress) =>
  openShards &&
  tx.query(
    `UPDATE history_slots SET shards = $4
     WHERE cluster = $1 AND slot = to_timestamp($2::float8 / 1000) AND total_shards = $3`,
    [cluster, openSlotMs, openTotalShards, packShards(toTimes(openShards))],
  )

async function forget(tx: Queryable, nowMs: number): Promise<void> {
  await tx.query(
    `DELETE FROM history_slots
     WHERE slot NOT BETWEEN to_timestamp($1::float8 / 1000) AND to_timestamp($2::float8 / 1000)`,
    [nowMs - KEEP_SLOTS_MS, nowMs + FUTURE_MS],
  )
  await tx.query(
    `DELETE FROM history_days
     WHERE day NOT BETWEEN (to_timestamp($1::float8 / 1000) AT TIME ZONE 'UTC')::date - $2::int
       AND (to_timestamp($3::float8 / 1000) AT TIME ZONE 'UTC')::date`,
    [nowMs, KEEP_DAYS, nowMs + FUTURE_MS],
  )
}

/**
 * Adds what a piece has counted to its slot and its day, unless that time was written before: by another replica, or
 * by a try whose answer was lost. All in one transaction of its own; `offsetMs` leads from the piece's clock to that
 * of the database, which says `nowMs`.
 * @returns whether it was added
 */
export async function writePiece(
  tx: Queryable,
  { cluster, totalShards, fromMs, toMs, tally, worst, shards }: Piece,
  { nowMs, offsetMs }: { nowMs: number; offsetMs: number },
): Promise<boolean> {
  const slotMs = Math.floor(((fromMs + toMs) / 2 + offsetMs) / SLOT_MS) * SLOT_MS
  await tx.query(
    `INSERT INTO history_progress (cluster, recorded_until) VALUES ($1, '-infinity') ON CONFLICT DO NOTHING`,
    [cluster],
  )
  const [progress] = await tx.query<Progress>(
    `SELECT recorded_until <= to_timestamp($2::float8 / 1000) OR recorded_until > to_timestamp($3::float8 / 1000) AS "isNew",
       (extract(epoch FROM open_slot) * 1000)::float8 AS "openSlotMs",
       open_total_shards AS "openTotalShards", open_shards AS "openShards"
     FROM history_progress WHERE cluster = $1 FOR UPDATE`,
    [cluster, fromMs + offsetMs, nowMs + FUTURE_MS],
  )
  if (!progress?.isNew) return false

  const isOpen = progress.openSlotMs === slotMs && progress.openTotalShards === totalShards
  if (!isOpen) {
    await closeSlot(tx, cluster, progress)
    await forget(tx, nowMs)
  }
  const times = isOpen && progress.openShards ? toTimes(progress.openShards) : new Uint32Array(shards.length)
  addShards(times, shards)

  const { observedMs, problemMs, shardMs, upMs, downMs, offMs } = tally
  const counts = [observedMs, problemMs, shardMs, upMs, downMs, offMs]
  const added = (table: string) =>
    ['observed_ms', 'problem_ms', 'shard_ms', 'up_ms', 'down_ms', 'off_ms']
      .map(column => `${column} = ${table}.${column} + excluded.${column}`)
      .join(', ')
  await tx.query(
    `INSERT INTO history_slots
       (cluster, slot, total_shards, observed_ms, problem_ms, shard_ms, up_ms, down_ms, off_ms)
     VALUES ($1, to_timestamp($2::float8 / 1000), $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (cluster, slot, total_shards) DO UPDATE SET ${added('history_slots')}`,
    [cluster, slotMs, totalShards, ...counts],
  )
  await tx.query(
    `INSERT INTO history_days
       (cluster, day, observed_ms, problem_ms, shard_ms, up_ms, down_ms, off_ms, worst_share, worst_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000))
     ON CONFLICT (cluster, day) DO UPDATE SET ${added('history_days')},
       worst_at = CASE WHEN excluded.worst_share < coalesce(history_days.worst_share, 2)
         THEN excluded.worst_at ELSE history_days.worst_at END,
       worst_share = least(history_days.worst_share, excluded.worst_share)`,
    [
      cluster,
      new Date(slotMs).toISOString().slice(0, 10),
      ...counts,
      worst?.share ?? null,
      worst ? worst.atMs + offsetMs : null,
    ],
  )
  await tx.query(
    `UPDATE history_progress
     SET recorded_until = to_timestamp($2::float8 / 1000), open_slot = to_timestamp($3::float8 / 1000),
       open_total_shards = $4, open_shards = $5
     WHERE cluster = $1`,
    [cluster, toMs + offsetMs, slotMs, totalShards, toBytes(times)],
  )
  return true
}
