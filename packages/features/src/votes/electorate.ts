import type { Queryable } from '@shardlight/database'
import { SnowflakeUtil, time } from 'discord.js'
import type { Kind } from './rules.ts'
import type { Settings } from './settings.ts'

const DAY_MS = 86_400_000

/** Questions are for all active members; votes about somebody also ask how long one has been there. */
type Requirements = Pick<Settings, 'active-days' | 'account-age-days' | 'member-age-days' | 'distinct-days'>

export const requirementsFor = (kind: Kind, settings: Settings): Requirements =>
  kind === 'ask' ? { ...settings, 'account-age-days': 0, 'member-age-days': 0, 'distinct-days': 1 } : settings

type Active = { userId: bigint; days: number; joinedAt: Date | null }

const ACTIVE = `
  SELECT user_id AS "userId", count(DISTINCT day)::int AS days, max(joined_at) AS "joinedAt"
  FROM (
    SELECT (metadata ->> 'userId')::bigint AS user_id, (at AT TIME ZONE 'UTC')::date AS day,
           (metadata ->> 'joinedAt')::timestamptz AS joined_at
    FROM all_events
    WHERE type = 'UserActive' AND metadata ->> 'guildId' = $1 AND at > now() - $2 * interval '1 day'
  ) AS seen
  WHERE NOT EXISTS (SELECT FROM restraints WHERE guild_id = $1 AND restraints.user_id = seen.user_id::text)
  GROUP BY user_id`

const accountAgeDays = (userId: bigint, nowMs: number) =>
  (nowMs - SnowflakeUtil.timestampFrom(userId)) / DAY_MS

const meets = (person: Active, required: Requirements, nowMs: number): boolean =>
  person.days >= required['distinct-days'] &&
  accountAgeDays(person.userId, nowMs) >= required['account-age-days'] &&
  // Who joined when it is not known is not kept from voting by it.
  (nowMs - (person.joinedAt?.getTime() ?? 0)) / DAY_MS >= required['member-age-days']

/**
 * The members who may vote, were a vote to open now: active, not restrained, and there for long enough.
 * Bots are never active.
 */
export async function readElectorate(
  database: Queryable,
  { guildId, required, except }: { guildId: bigint; required: Requirements; except: bigint | null },
): Promise<bigint[]> {
  const active = await database.query<Active & { now: Date }>(`SELECT *, now() FROM (${ACTIVE}) AS active`, [
    guildId.toString(),
    required['active-days'],
  ])
  return active
    .filter(person => person.userId !== except && meets(person, required, person.now.getTime()))
    .map(person => person.userId)
}

/**
 * Why somebody may not vote, and from when they may, as a sentence; undefined when they may.
 * @param joinedAt as Discord says it now
 */
export async function whyNotEligible(
  database: Queryable,
  {
    guildId,
    userId,
    joinedAt,
    required,
  }: { guildId: bigint; userId: bigint; joinedAt: Date | null; required: Requirements },
): Promise<string | undefined> {
  const active = await database.query<Active>(`SELECT * FROM (${ACTIVE}) AS active WHERE "userId" = $3`, [
    guildId.toString(),
    required['active-days'],
    userId,
  ])
  const [clock] = await database.query<{ now: Date }>('SELECT now()')
  const nowMs = clock?.now.getTime() ?? 0
  const accountFromMs = SnowflakeUtil.timestampFrom(userId) + required['account-age-days'] * DAY_MS
  const memberFromMs = (joinedAt?.getTime() ?? 0) + required['member-age-days'] * DAY_MS
  const at = (ms: number) => time(Math.ceil(ms / 1_000), 'f')
  if (accountFromMs > nowMs) {
    return `your account must be ${required['account-age-days']} days old, which it is on ${at(accountFromMs)}`
  }
  if (memberFromMs > nowMs) {
    return `you must have been a member here for ${required['member-age-days']} days, which you have on ${at(memberFromMs)}`
  }
  const missing = required['distinct-days'] - (active[0]?.days ?? 0)
  if (missing <= 0) return undefined
  return `you must have been active here on ${required['distinct-days']} ${required['distinct-days'] === 1 ? 'day' : 'days'} of the last ${required['active-days']}: use me, write to me or talk in voice on ${missing} more`
}
