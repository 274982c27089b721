import type { Queryable } from '@shardlight/database'

export type SeededDay = {
  daysAgo: number
  upShare?: number
  /** How much of the day was watched. */
  observed?: number
  /** How much of the observed time was switched off. */
  off?: number
  worst?: number
}

const DAY_MS = 86_400_000
const SLOT_MS = 300_000

/** Days of a cluster as a recorder would have left them. */
export async function seedDays(
  db: Queryable,
  cluster: string,
  { shards, days }: { shards: number; days: readonly SeededDay[] },
): Promise<void> {
  for (const { daysAgo, upShare = 1, observed = 1, off = 0, worst = upShare } of days) {
    const observedMs = Math.round(DAY_MS * observed)
    const onMs = Math.round(observedMs * (1 - off)) * shards
    const upMs = Math.round(onMs * upShare)
    await db.query(
      `INSERT INTO history_days
         (cluster, day, observed_ms, problem_ms, shard_ms, up_ms, down_ms, off_ms, worst_share, worst_at)
       SELECT $1, day, $3, $4, $5, $6, $7, $8, $9, day + interval '14 hours 5 minutes'
       FROM (SELECT (now() AT TIME ZONE 'UTC')::date - $2::int AS day) AS days`,
      [
        cluster,
        daysAgo,
        observedMs,
        Math.round(observedMs * (1 - upShare)),
        observedMs * shards,
        upMs,
        onMs - upMs,
        observedMs * shards - onMs,
        onMs > 0 ? worst : null,
      ],
    )
  }
}

/** Closed slots of the layout with that many shards, each so many slots ago; `byteOf` says what every shard did. */
export async function seedSlots(
  db: Queryable,
  cluster: string,
  {
    shards,
    slotsAgo,
    byteOf,
  }: { shards: number; slotsAgo: readonly number[]; byteOf: (shard: number, slotsAgo: number) => number },
): Promise<void> {
  for (const ago of slotsAgo)
    await db.query(
      `INSERT INTO history_slots
         (cluster, slot, total_shards, observed_ms, problem_ms, shard_ms, up_ms, down_ms, off_ms, shards)
       VALUES ($1, to_timestamp((floor(extract(epoch FROM now()) / 300) - $2::int) * 300), $3::int, $4::int, 0,
         $3::int * $4::int, $3::int * $4::int, 0, 0, $5)`,
      [
        cluster,
        ago,
        shards,
        SLOT_MS,
        Buffer.from(Array.from({ length: shards }, (_, id) => byteOf(id, ago))),
      ],
    )
}
