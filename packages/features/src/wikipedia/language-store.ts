import type { Database } from '@shardlight/database'
import type { Chat } from '../feature.ts'

export type LanguageStore = ReturnType<typeof createLanguageStore>

const DEFAULT = 'en'

/** Which language a guild follows, or a person in direct messages. */
export function createLanguageStore(database: Database) {
  const scopeOf = ({ guildId }: Chat, userId: bigint) =>
    guildId === null ? (['user', userId] as const) : (['guild', guildId] as const)
  return {
    async get(chat: Chat, userId: bigint): Promise<string> {
      const [row] = await database.query<{ language: string }>(
        'SELECT language FROM wikipedia_languages WHERE scope = $1 AND id = $2',
        scopeOf(chat, userId),
      )
      return row?.language ?? DEFAULT
    },
    async set(chat: Chat, userId: bigint, language: string): Promise<void> {
      await database.query(
        `INSERT INTO wikipedia_languages (scope, id, language, set_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (scope, id) DO UPDATE SET language = excluded.language, set_by = excluded.set_by, set_at = now()`,
        [...scopeOf(chat, userId), language, userId],
      )
    },
  }
}
