import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog } from '@shardlight/event-log'
import type { Activity } from '../activity/activity.ts'
import type { Discord } from '../discord.ts'
import { type Answer, type Call, type Command, UserError } from '../feature.ts'
import { explainRestraint, nameOfServer } from '../restraint.ts'

/** Nobody waits longer for being recorded as active; it goes on meanwhile. */
const LONGEST_WAIT_MS = 1_000

/** The caller may use no feature in that guild; the message says until when and what can be done. */
export class RestrainedError extends UserError {}

/**
 * Comes before every command. Asks the event log each time who is restrained: it alone says so. Whoever is not has
 * taken part by asking for something, and that is recorded.
 * @throws {RestrainedError}
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
  return async (command: Command, call: Call): Promise<{ isRestrained: boolean }> => {
    const { chat, userId, member } = call
    if (chat.guildId !== null) {
      const restraint = await eventLog.restraintOf({ guildId: chat.guildId, userId })
      if (restraint && command.isOpenToRestrained) return { isRestrained: true }
      if (restraint) {
        const server = nameOfServer(discord, chat.guildId)
        throw new RestrainedError(explainRestraint({ ...restraint, server }))
      }
    }
    if (command.isConfidential) return { isRestrained: false }
    const how = command.isConversation ? 'message' : 'command'
    const seen = activity.seen({ guildId: chat.guildId, userId, how, joinedAt: member?.joinedAt ?? null })
    await Promise.race([seen, sleep(LONGEST_WAIT_MS, undefined, { ref: false })])
    return { isRestrained: false }
  }
}

/** How a refusal is told: what concerns the person alone is for their eyes. */
export const refusal = (error: UserError, { isRestrained }: { isRestrained: boolean }): Answer => ({
  content: error.message,
  ...((isRestrained || error instanceof RestrainedError) && { isPrivate: true as const }),
})
