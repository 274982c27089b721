import type { Queryable } from '@shardlight/database'

/** Somebody may use no feature in a guild. */
export type Restraint = { voteId: bigint; since: Date; until: Date }

/**
 * What the newest Challenge or Restore of a person says, wherever it is kept. A restraint ends by a Restore or at the
 * end that was stated, by the database's clock, and in no other way.
 */
export async function readRestraint(
  database: Queryable,
  { guildId, userId }: { guildId: bigint; userId: bigint },
): Promise<Restraint | undefined> {
  const [restraint] = await database.query<Restraint>(
    `SELECT "voteId", since, until FROM (
       SELECT type, (metadata ->> 'voteId')::bigint AS "voteId", at AS since,
              (metadata ->> 'until')::timestamptz AS until
       FROM (
         SELECT * FROM all_events
         WHERE type IN ('Challenge', 'Restore') AND metadata ->> 'guildId' = $1 AND metadata ->> 'userId' = $2
         ORDER BY id DESC LIMIT 1) AS newest) AS effect
     WHERE type = 'Challenge' AND until > now()`,
    [guildId.toString(), userId.toString()],
  )
  return restraint
}
