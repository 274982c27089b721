import type { Database } from '@shardlight/database'
import type { PersonalData } from '../feature.ts'

/** Countdown commands of somebody. A count that is under way goes on, and is nobody's any more. */
export const countdownPersonalData = (database: Database): PersonalData => ({
  async export(userId) {
    const tasks = await database.query(
      `SELECT created_at AS at, command, state, guild_id::text AS guild, channel_id::text AS channel, how, written, target, outcome
       FROM tasks WHERE user_id = $1 ORDER BY id`,
      [userId],
    )
    return tasks.length > 0 ? tasks : undefined
  },
  async erase(userId, tx) {
    await tx.query(`UPDATE tasks SET user_id = 0, written = '' WHERE user_id = $1`, [userId])
    return []
  },
})
