import type { EventLog, Restraint } from '@shardlight/event-log'
import { time } from 'discord.js'
import type { Activity } from '../activity/activity.ts'
import { type Answer, type Call, type Command, UserError } from '../feature.ts'

/** The caller may use no feature in that guild; the message says until when and what can be done. */
export class RestrainedError extends UserError {}

/**
 * Comes before every command. Asks the event log each time who is restrained: it alone says so. Whoever is not has
 * taken part by asking for something, and that is recorded.
 */
export function createAdmission({ eventLog, activity }: { eventLog: EventLog; activity: Activity }) {
  return async (command: Command, call: Call): Promise<void> => {
    const { chat, userId, member } = call
    const restraint =
      chat.guildId === null ? undefined : await eventLog.restraintOf({ guildId: chat.guildId, userId })
    if (restraint && !command.isOpenToRestrained) throw new RestrainedError(explain(restraint))
    if (restraint || command.isConfidential) return
    const how = command.isConversation ? 'message' : 'command'
    await activity.seen({ guildId: chat.guildId, userId, how, joinedAt: member?.joinedAt ?? null })
  }
}

const explain = ({ until, voteId }: Restraint) =>
  `The members of this server have voted that you take a break from me here, until ${time(until, 'f')} (${time(until, 'R')}); it is in record ${voteId}. ` +
  'Then you can use me again by itself. If you think that it should end sooner, you may ask the members once: write “vote restore me” to me in the server, or use `/vote restore` with your own name. ' +
  'Your data stays yours: `/privacy export` shows it to you and `/privacy delete` erases it.'

/** How a refusal is told: what concerns the person alone is for their eyes. */
export const refusal = (error: UserError): Answer =>
  error instanceof RestrainedError ? { content: error.message, isPrivate: true } : { content: error.message }
