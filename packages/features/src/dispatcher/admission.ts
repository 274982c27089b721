import type { EventLog } from '@shardlight/event-log'
import type { Activity } from '../activity/activity.ts'
import type { Discord } from '../discord.ts'
import { type Answer, type Call, type Command, UserError } from '../feature.ts'
import { explainRestraint, nameOfServer } from '../restraint.ts'

/** The caller may use no feature in that guild; the message says until when and what can be done. */
export class RestrainedError extends UserError {}

/**
 * Comes before every command. Asks the event log each time who is restrained: it alone says so. Whoever is not has
 * taken part by asking for something, and that is recorded.
 */
export function createAdmission({
  eventLog,
  activity,
  discord,
}: {
  eventLog: EventLog
  activity: Activity
  discord: Discord
}) {
  return async (command: Command, call: Call): Promise<void> => {
    const { chat, userId, member } = call
    if (chat.guildId !== null) {
      const restraint = await eventLog.restraintOf({ guildId: chat.guildId, userId })
      if (restraint && command.isOpenToRestrained) return
      if (restraint) {
        const server = nameOfServer(discord, chat.guildId)
        throw new RestrainedError(explainRestraint({ ...restraint, server }))
      }
    }
    if (command.isConfidential) return
    const how = command.isConversation ? 'message' : 'command'
    await activity.seen({ guildId: chat.guildId, userId, how, joinedAt: member?.joinedAt ?? null })
  }
}

/** How a refusal is told: what concerns the person alone is for their eyes. */
export const refusal = (error: UserError): Answer =>
  error instanceof RestrainedError ? { content: error.message, isPrivate: true } : { content: error.message }
