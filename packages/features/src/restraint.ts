import type { Restraint } from '@shardlight/event-log'
import { escapeMarkdown, time } from 'discord.js'
import type { Discord } from './discord.ts'

/** As somebody reads it in a direct message: the name of the server, or a link where another process knows the name. */
export function nameOfServer(discord: Pick<Discord, 'guildName'>, guildId: bigint): string {
  const name = discord.guildName(guildId)
  return name === undefined ? `https://discord.com/channels/${guildId}` : `**${escapeMarkdown(name)}**`
}

/** For the person alone: until when, and what can be done. */
export const explainRestraint = ({
  until,
  voteId,
  server,
}: Pick<Restraint, 'until' | 'voteId'> & { server: string }): string =>
  `The members of ${server} have voted that you take a break from me there, until ${time(until, 'f')} (${time(until, 'R')}); it is in record ${voteId}. ` +
  'Then you can use me again by itself. If you think that it should end sooner, you may ask the members once: write “vote restore me” to me in the server, or use `/vote restore` with your own name. ' +
  'Your data stays yours: `/privacy export` shows it to you and `/privacy delete` erases it.'
