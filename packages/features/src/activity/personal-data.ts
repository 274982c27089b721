import type { Database } from '@shardlight/database'
import { type EventLog, UserActive } from '@shardlight/event-log'
import type { PersonalData } from '../feature.ts'
import type { Activity } from './activity.ts'

const MOST = 10_000

/** When somebody took part, and how. */
export const activityPersonalData = ({
  activity,
  eventLog,
  database,
}: {
  activity: Activity
  eventLog: EventLog
  database: Database
}): PersonalData => ({
  async export(userId) {
    const events = await eventLog.getMatchingEvents(UserActive, { userId }, { archived: true, limit: MOST })
    const inVoice = await database.query(
      `SELECT guild_id::text AS guild, counted_ms::float8 AS "countedMs", seen_at AS "seenAt" FROM voice_stays
       WHERE user_id = $1`,
      [userId],
    )
    if (events.length === 0 && inVoice.length === 0) return undefined
    const active = events.map(({ at, metadata }) => ({
      at,
      guild: metadata.guildId?.toString() ?? null,
      how: metadata.how,
      joinedAt: metadata.joinedAt,
    }))
    return { active, inVoice }
  },
  async erase(userId, tx) {
    await eventLog.erase(tx, UserActive, { userId })
    await tx.query('DELETE FROM voice_stays WHERE user_id = $1', [userId])
    activity.forget(userId)
    return []
  },
})
