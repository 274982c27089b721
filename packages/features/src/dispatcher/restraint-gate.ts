import type { EventLog } from '@shardlight/event-log'
import { time } from 'discord.js'
import { type Answer, type Call, type Command, UserError } from '../feature.ts'

/** The caller may use no feature in that guild; the message says until when and what can be done. */
export class RestrainedError extends UserError {}

/**
 * Asks the event log, each time: it alone says who is restrained.
 * @throws {RestrainedError}
 */
export const createRestraintGate =
  (eventLog: EventLog) =>
  async (command: Command, call: Call): Promise<void> => {
    const { guildId } = call.chat
    if (guildId === null || command.isOpenToRestrained) return
    const restraint = await eventLog.restraintOf({ guildId, userId: call.userId })
    if (!restraint) return
    throw new RestrainedError(
      `The members of this server have voted that you take a break from me here, until ${time(restraint.until, 'f')} (${time(restraint.until, 'R')}); it is in record ${restraint.voteId}. ` +
        'Then you can use me again by itself. If you think that it should end sooner, you may ask the members once: `/vote restore` with your own name. ' +
        'Your data stays yours: `/privacy export` shows it to you and `/privacy delete` erases it.',
    )
  }

/** How a refusal is told: what concerns the person alone is for their eyes. */
export const refusal = (error: UserError): Answer =>
  error instanceof RestrainedError ? { content: error.message, isPrivate: true } : { content: error.message }
