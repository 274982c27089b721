import type { Database } from '@shardlight/database'
import type { PersonalData } from '../feature.ts'

/** The languages that somebody has set, and what they follow; what a server follows goes on without their name. */
export const wikipediaPersonalData = (database: Database): PersonalData => ({
  async export(userId) {
    const languages = await database.query(
      `SELECT scope, CASE WHEN scope = 'guild' THEN id::text END AS guild, language, set_at AS at
       FROM wikipedia_languages WHERE set_by = $1`,
      [userId],
    )
    const follows = await database.query(
      `SELECT guild_id::text AS guild, channel_id::text AS channel, language, kind, title, is_bot AS bots, created_at AS at
       FROM wikipedia_follows WHERE created_by = $1 ORDER BY id`,
      [userId],
    )
    return languages.length + follows.length > 0 ? { languages, follows } : undefined
  },
  async erase(userId, tx) {
    await tx.query(`DELETE FROM wikipedia_languages WHERE scope = 'user' AND id = $1`, [userId])
    await tx.query('UPDATE wikipedia_languages SET set_by = 0 WHERE set_by = $1', [userId])
    const own = 'SELECT channel_id FROM wikipedia_follows WHERE created_by = $1 AND guild_id IS NULL'
    await tx.query(`DELETE FROM wikipedia_follow_channels WHERE channel_id IN (${own})`, [userId])
    await tx.query(`DELETE FROM wikipedia_follow_changes WHERE channel_id IN (${own})`, [userId])
    await tx.query('DELETE FROM wikipedia_follows WHERE created_by = $1 AND guild_id IS NULL', [userId])
    await tx.query('UPDATE wikipedia_follows SET created_by = NULL WHERE created_by = $1', [userId])
    return []
  },
})
