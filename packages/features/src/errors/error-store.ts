import type { Database } from '@shardlight/database'
import { reasonOf } from '@shardlight/service'
import type { Call, Chat } from '../feature.ts'

export type ErrorStore = {
  /** @returns the row's id, for the person to quote. */
  addGeneral(error: { what: string; error: unknown; chat?: Chat }): Promise<bigint>
  addCommand(refused: { call: Call; command: string; answer: string }): Promise<void>
}

export function createErrorStore({
  database,
  processId,
}: {
  database: Database
  processId: number
}): ErrorStore {
  return {
    async addGeneral({ what, error, chat }) {
      const [row] = await database.query<{ id: bigint }>(
        `INSERT INTO general_errors (process, what, guild_id, channel_id, message, stack)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [
          processId,
          what,
          chat?.guildId ?? null,
          chat?.channelId ?? null,
          reasonOf(error),
          error instanceof Error ? (error.stack ?? null) : null,
        ],
      )
      if (!row) throw new Error('general_errors gave no id')
      return row.id
    },
    async addCommand({ call, command, answer }) {
      await database.query(
        `INSERT INTO command_errors (request_id, command, guild_id, channel_id, user_id, how, written, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (request_id) DO NOTHING`,
        [
          call.requestId,
          command,
          call.chat.guildId,
          call.chat.channelId,
          call.userId,
          call.how,
          call.written,
          answer,
        ],
      )
    },
  }
}
