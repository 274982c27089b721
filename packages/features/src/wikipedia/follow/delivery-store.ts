import type { Database } from '@shardlight/database'
import { readChanges, type ShownChange } from '@shardlight/recent-changes'

/** One message to a channel, which this process may post: every write names its epoch. */
export type Batch = {
  channelId: bigint
  guildId: bigint | null
  epoch: number
  /** The same for every attempt at this message, whoever makes it. */
  batch: bigint
  until: bigint
  /** When it was first tried. */
  at: Date
  attempts: number
  /** Changes of which only the number is known. */
  surplus: number
}

export type Owner = { process: number; life: string }

export const LEASE_MS = 30_000
/** Between two messages to a channel. */
export const POST_EVERY_MS = 10_000
const LONGEST_RETRY_S = 300

const inMs = (ms: number) => `clock_timestamp() + interval '${ms} milliseconds'`

const FREE = `batch = NULL, batch_until = NULL, batch_at = NULL, attempts = 0,
  batch_surplus = 0, lease_until = NULL, owner_process = NULL, owner_life = NULL`

export type DeliveryStore = ReturnType<typeof createDeliveryStore>

/** The SQL of telling channels what changed. */
export function createDeliveryStore(database: Database) {
  return {
    /**
     * Takes channels of these shards that have something to be told and may be told it now: those that nobody has, or
     * whose owner was an earlier life of this very process. What was being posted is posted again as it was.
     */
    claim: ({
      owner,
      shards,
      except,
      limit,
    }: {
      owner: Owner
      shards: { ids: number[]; total: number }
      /** Channels that this owner is posting to: their lease may run out while Discord makes it wait. */
      except: bigint[]
      limit: number
    }): Promise<Batch[]> =>
      database.query<Batch>(
        `WITH due AS (
           SELECT channel_id FROM wikipedia_follow_channels
           WHERE channel_id IN (SELECT channel_id FROM wikipedia_follow_changes) AND next_post_at <= now()
             AND (lease_until IS NULL OR lease_until < now() OR (owner_process = $1 AND owner_life <> $2))
             AND coalesce((guild_id >> 22) % $4, 0) = ANY ($3::bigint[])
             AND channel_id <> ALL ($5::bigint[])
           ORDER BY next_post_at LIMIT $6 FOR UPDATE SKIP LOCKED
         )
         UPDATE wikipedia_follow_channels AS channel
         SET owner_process = $1, owner_life = $2, epoch = epoch + 1, lease_until = ${inMs(LEASE_MS)},
           attempts = attempts + 1,
           batch = coalesce(batch, nextval('wikipedia_follow_batches')),
           batch_at = coalesce(batch_at, clock_timestamp()),
           batch_surplus = CASE WHEN batch IS NULL THEN surplus ELSE batch_surplus END,
           batch_until = coalesce(batch_until, (SELECT max(id) FROM wikipedia_follow_changes AS waiting
                                                WHERE waiting.channel_id = channel.channel_id))
         FROM due WHERE channel.channel_id = due.channel_id
         RETURNING channel.channel_id AS "channelId", guild_id AS "guildId", epoch, batch, batch_until AS until,
           batch_at AS at, attempts, batch_surplus AS surplus`,
        [owner.process, owner.life, shards.ids, shards.total, except, limit],
      ),

    /** The changes of a message, newest first, and how many there are beside them. */
    async read({ channelId, until, surplus }: Batch): Promise<{ changes: ShownChange[]; unseen: number }> {
      const wanted = await database.query<{ id: string; at: Date }>(
        `SELECT waiting.change_id AS id, waiting.at FROM wikipedia_follow_changes AS waiting
         JOIN wikipedia_follows AS follow ON follow.id = waiting.follow_id AND follow.off_since IS NULL
         WHERE waiting.channel_id = $1 AND waiting.id <= $2`,
        [channelId, until],
      )
      if (wanted.length === 0) return { changes: [], unseen: 0 }
      const changes = await readChanges(database, wanted)
      return { changes, unseen: wanted.length - changes.length + surplus }
    },

    /** It was told, or there was nothing left of it. @returns false when it was no longer this owner's. */
    done: ({ channelId, epoch, until }: Batch, { isPosted }: { isPosted: boolean }): Promise<boolean> =>
      database.transaction(async tx => {
        const rows = await tx.query(
          `UPDATE wikipedia_follow_channels
           SET ${FREE}, surplus = surplus - batch_surplus,
             next_post_at = CASE WHEN $3 THEN ${inMs(POST_EVERY_MS)} ELSE next_post_at END
           WHERE channel_id = $1 AND epoch = $2 RETURNING 1`,
          [channelId, epoch, isPosted],
        )
        if (rows.length === 0) return false
        await tx.query('DELETE FROM wikipedia_follow_changes WHERE channel_id = $1 AND id <= $2', [
          channelId,
          until,
        ])
        return true
      }),

    /** Gives it back, to be tried again after a while that grows. */
    async retry({ channelId, epoch, attempts }: Batch): Promise<void> {
      const seconds = Math.min(LONGEST_RETRY_S, 2 ** Math.min(attempts, 20))
      await database.query(
        `UPDATE wikipedia_follow_channels
         SET lease_until = NULL, owner_process = NULL, owner_life = NULL, next_post_at = ${inMs(seconds * 1_000)}
         WHERE channel_id = $1 AND epoch = $2`,
        [channelId, epoch],
      )
    },

    /** Nothing can be told there: all that the channel follows is switched off. */
    switchOff: ({ channelId, epoch }: Batch, reason: string): Promise<boolean> =>
      database.transaction(async tx => {
        const rows = await tx.query(
          `UPDATE wikipedia_follow_channels SET ${FREE}, surplus = 0 WHERE channel_id = $1 AND epoch = $2 RETURNING 1`,
          [channelId, epoch],
        )
        if (rows.length === 0) return false
        await tx.query(
          'UPDATE wikipedia_follows SET off_since = now(), off_reason = $2 WHERE channel_id = $1 AND off_since IS NULL',
          [channelId, reason],
        )
        await tx.query('DELETE FROM wikipedia_follow_changes WHERE channel_id = $1', [channelId])
        return true
      }),
  }
}
