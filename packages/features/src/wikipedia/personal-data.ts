import type { Database } from '@shardlight/database'
import type { PersonalData } from '../feature.ts'

/** The languages that somebody has set. */
export const wikipediaPersonalData = (database: Database): PersonalData => ({
  async export(userId) {
    const languages = await database.query(
      `SELECT scope, CASE WHEN scope = 'guild' THEN id::text END AS guild, language, set_at AS at
       FROM wikipedia_languages WHERE set_by = $1`,
      [userId],
    )
    return languages.length > 0 ? languages : undefined
  },
  async erase(userId, tx) {
    await tx.query(`DELETE FROM wikipedia_languages WHERE scope = 'user' AND id = $1`, [userId])
    await tx.query('UPDATE wikipedia_languages SET set_by = 0 WHERE set_by = $1', [userId])
    return []
  },
})
