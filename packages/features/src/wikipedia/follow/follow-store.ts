import type { Database, Queryable } from '@shardlight/database'
import type { Chat } from '../../feature.ts'
import { wikiOf } from '../languages.ts'
import type { Followed, Kind } from './read-title.ts'

export type Follow = {
  id: bigint
  /** How people name it in its channel. */
  number: number
  kind: Kind
  language: string
  title: string
  /** Only changes by bots, or only by people; null for both. */
  isBot: boolean | null
  offSince: Date | null
  offReason: string | null
}

export const MOST_FOLLOWS = 25

const FOLLOW = `id, number, kind, language, title, is_bot AS "isBot", off_since AS "offSince", off_reason AS "offReason"`

export type FollowStore = ReturnType<typeof createFollowStore>

/** The SQL of what is followed where. */
export function createFollowStore(database: Database) {
  /** One at a time in a channel, so that its limit holds. */
  const lockChannel = (tx: Queryable, { channelId, guildId }: Chat) =>
    tx.query(
      `INSERT INTO wikipedia_follow_channels (channel_id, guild_id) VALUES ($1, $2)
       ON CONFLICT (channel_id) DO UPDATE SET guild_id = excluded.guild_id`,
      [channelId, guildId],
    )

  return {
    /**
     * Follows from now on: whatever is stored after this has resolved will be told. What is followed already, or was
     * switched off, is set anew.
     * @returns undefined when the channel follows as many as it may
     */
    follow: (
      chat: Chat,
      { followed, isBot, by }: { followed: Followed; isBot: boolean | null; by: bigint },
    ): Promise<Follow | undefined> =>
      database.transaction(async tx => {
        await lockChannel(tx, chat)
        const { kind, language, title, names } = followed
        const key = [chat.channelId, language, kind, title]
        const [again] = await tx.query<Follow>(
          `UPDATE wikipedia_follows SET is_bot = $5, created_by = $6, off_since = NULL, off_reason = NULL,
             stored_from = CASE WHEN off_since IS NULL THEN stored_from ELSE pg_snapshot_xmin(pg_current_snapshot()) END,
             stored_after = CASE WHEN off_since IS NULL THEN stored_after ELSE pg_current_snapshot() END
           WHERE channel_id = $1 AND language = $2 AND kind = $3 AND title = $4 RETURNING ${FOLLOW}`,
          [...key, isBot, by],
        )
        if (again) return again
        const [added] = await tx.query<Follow>(
          `INSERT INTO wikipedia_follows (channel_id, language, kind, title, is_bot, created_by, guild_id, number)
           SELECT $1, $2, $3, $4, $5, $6, $7, coalesce(max(number), 0) + 1
           FROM wikipedia_follows WHERE channel_id = $1 HAVING count(*) < ${MOST_FOLLOWS}
           RETURNING ${FOLLOW}`,
          [...key, isBot, by, chat.guildId],
        )
        if (!added) return undefined
        await tx.query(
          `INSERT INTO wikipedia_follow_titles (wiki, kind, title, follow_id) SELECT $1, $2, unnest($3::text[]), $4`,
          [wikiOf(language), kind, names, added.id],
        )
        return added
      }),

    list: (channelId: bigint): Promise<Follow[]> =>
      database.query<Follow>(
        `SELECT ${FOLLOW} FROM wikipedia_follows WHERE channel_id = $1 ORDER BY number`,
        [channelId],
      ),

    /** @returns false when it is not followed in that chat (any more). */
    unfollow: (chat: Chat, id: bigint): Promise<boolean> =>
      database.transaction(async tx => {
        await lockChannel(tx, chat)
        const removed = await tx.query(
          'DELETE FROM wikipedia_follows WHERE id = $1 AND channel_id = $2 RETURNING id',
          [id, chat.channelId],
        )
        await tx.query('DELETE FROM wikipedia_follow_changes WHERE follow_id = $1', [id])
        return removed.length > 0
      }),
  }
}
