import type { Database, Queryable } from '@shardlight/database'

/** More than these do not wait for a channel: the oldest of them are only counted. */
export const MOST_WAITING = 200

const MOST_AT_ONCE = 20_000
/** Of all processes together, in case several look at nearly the same moment. */
const LOOK_EVERY_MS = 900

type Bounds = { from: string; until: string; hasMore: boolean }

/**
 * Which transactions' changes to look through: those after the ones before, up to the first that may still commit.
 * One process at a time gets an answer, and it holds until its transaction ends.
 */
async function nextBounds(tx: Queryable): Promise<Bounds | undefined> {
  const [position] = await tx.query<{ from: string }>(
    `SELECT greatest(stored_from, (SELECT stored_from FROM wikipedia_follows WHERE off_since IS NULL ORDER BY 1 LIMIT 1))::text AS from
     FROM wikipedia_follow_position
     WHERE moved_at <= clock_timestamp() - interval '${LOOK_EVERY_MS} milliseconds'
       AND EXISTS (SELECT FROM wikipedia_follows WHERE off_since IS NULL)
     FOR UPDATE SKIP LOCKED`,
  )
  if (!position) return undefined
  const { from } = position
  const [end] = await tx.query<{ running: string; full: string | null; isBehind: boolean }>(
    `WITH snapshot AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS running)
     SELECT running::text, running < $1::xid8 AS "isBehind",
       (SELECT stored_in::text::bigint + 1 FROM recent_changes WHERE stored_in >= $1::xid8 AND stored_in < running
        ORDER BY stored_in OFFSET ${MOST_AT_ONCE - 1} LIMIT 1)::text AS full
     FROM snapshot`,
    [from],
  )
  if (!end) throw new Error('the database gave no snapshot')
  if (end.isBehind) {
    // Restored into another PostgreSQL, whose transactions are counted from the beginning.
    await tx.query(
      `UPDATE wikipedia_follows SET stored_from = least(stored_from, $1::xid8), stored_after = NULL
       WHERE stored_from > $1::xid8 OR pg_snapshot_xmax(stored_after) > $1::xid8`,
      [end.running],
    )
    return { from: end.running, until: end.running, hasMore: false }
  }
  return { from, until: end.full ?? end.running, hasMore: end.full !== null }
}

/**
 * A category's changes name the category as the wiki writes it, `Categoría:Física`, whose first word is its own.
 * Materialized: otherwise PostgreSQL may look for each title among all changes of its wiki.
 */
const ADD = `
  WITH change AS MATERIALIZED (
    SELECT id, at, stored_in, is_bot, wiki, 'page' AS kind, title FROM recent_changes
    WHERE stored_in >= $1::xid8 AND stored_in < $2::xid8 AND type <> 'categorize'
    UNION ALL
    SELECT id, at, stored_in, is_bot, wiki, 'category', name FROM recent_changes
    CROSS JOIN LATERAL (VALUES (title), (substr(title, strpos(title, ':') + 1))) AS named (name)
    WHERE stored_in >= $1::xid8 AND stored_in < $2::xid8 AND type = 'categorize'
  )
  INSERT INTO wikipedia_follow_changes (channel_id, follow_id, change_id, at)
  SELECT follow.channel_id, follow.id, change.id, change.at
  FROM change
  JOIN wikipedia_follow_titles AS known
    ON known.wiki = change.wiki AND known.kind = change.kind AND known.title = change.title
  JOIN wikipedia_follows AS follow ON follow.id = known.follow_id
  WHERE change.stored_in >= follow.stored_from AND follow.off_since IS NULL
    AND (follow.stored_after IS NULL OR NOT pg_visible_in_snapshot(change.stored_in, follow.stored_after))
    AND (follow.is_bot IS NULL OR follow.is_bot = change.is_bot)
  ORDER BY change.stored_in, change.at, change.id
  ON CONFLICT (channel_id, change_id) DO NOTHING RETURNING channel_id AS "channelId"`

/** What is in a message that is being posted stays; of the rest so many as may wait. */
const COUNT_SURPLUS = `
  WITH waiting AS (
    SELECT one.id, row_number() OVER (PARTITION BY channel_id ORDER BY one.id DESC) AS place
    FROM wikipedia_follow_changes AS one JOIN wikipedia_follow_channels AS channel USING (channel_id)
    WHERE channel_id = ANY ($1::bigint[]) AND one.id > coalesce(channel.batch_until, 0)
  ), gone AS (
    DELETE FROM wikipedia_follow_changes USING waiting
    WHERE wikipedia_follow_changes.id = waiting.id AND waiting.place > ${MOST_WAITING}
    RETURNING channel_id
  )
  UPDATE wikipedia_follow_channels AS channel SET surplus = surplus + counted.count
  FROM (SELECT channel_id, count(*)::int AS count FROM gone GROUP BY 1) AS counted
  WHERE channel.channel_id = counted.channel_id`

/**
 * Puts the changes that were stored since the last time to the channels that follow them, each once: the position
 * moves in the same transaction. Reads every change once for the whole bot, however many follow.
 * @returns how many changes now wait, and whether there was more to look through than one call does
 */
export const gatherChanges = (database: Database): Promise<{ gathered: number; hasMore: boolean }> =>
  database.transaction(async tx => {
    const bounds = await nextBounds(tx)
    if (!bounds) return { gathered: 0, hasMore: false }
    const { from, until, hasMore } = bounds
    const added = await tx.query<{ channelId: bigint }>(ADD, [from, until])
    await tx.query(
      `UPDATE wikipedia_follow_position
       SET stored_from = $1::xid8, moved_at = CASE WHEN $2 THEN '-infinity' ELSE clock_timestamp() END`,
      [until, hasMore],
    )
    const channels = [...new Set(added.map(one => one.channelId))]
    if (channels.length > 0) {
      await tx.query(
        'SELECT FROM wikipedia_follow_channels WHERE channel_id = ANY ($1::bigint[]) ORDER BY channel_id FOR UPDATE',
        [channels],
      )
      await tx.query(COUNT_SURPLUS, [channels])
    }
    return { gathered: added.length, hasMore }
  })
