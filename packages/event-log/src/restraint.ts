import type { Queryable } from '@shardlight/database'

/** Somebody may use no feature in a guild. */
export type Restraint = { voteId: bigint; since: Date; until: Date }

/** By the database's clock; the view `restraints` has the rule. */
export async function readRestraint(
  database: Queryable,
  { guildId, userId }: { guildId: bigint; userId: bigint },
): Promise<Restraint | undefined> {
  const [restraint] = await database.query<Restraint>(
    `SELECT vote_id AS "voteId", since, until FROM restraints WHERE guild_id = $1 AND user_id = $2`,
    [guildId.toString(), userId.toString()],
  )
  return restraint
}

/** How many are in force, over all guilds. */
export async function countRestraints(database: Queryable): Promise<number> {
  const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM restraints')
  return row?.count ?? 0
}
