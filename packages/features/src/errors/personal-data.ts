import type { Database } from '@shardlight/database'
import type { PersonalData } from '../feature.ts'

/** Commands of somebody that were refused. */
export const errorsPersonalData = (database: Database): PersonalData => ({
  async export(userId) {
    const refused = await database.query(
      `SELECT at, command, guild_id::text AS guild, channel_id::text AS channel, how, written, answer
       FROM command_errors WHERE user_id = $1 ORDER BY id`,
      [userId],
    )
    return refused.length > 0 ? refused : undefined
  },
  async erase(userId, tx) {
    await tx.query('DELETE FROM command_errors WHERE user_id = $1', [userId])
    return []
  },
})
