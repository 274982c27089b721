import type { Database } from '@shardlight/database'
import type { EventLog } from '@shardlight/event-log'
import type { Log } from '@shardlight/service'
import type { Discord } from '../../discord.ts'
import { type Call, type CallingMember, UserError } from '../../feature.ts'
import type { Announcer } from '../announcer.ts'
import type { createOpenVote } from '../open-vote.ts'
import type { VoteMetrics } from '../vote-metrics.ts'
import type { Vote, VoteStore } from '../vote-store.ts'

/** What the votes' commands work with. */
export type VoteContext = {
  database: Database
  votes: VoteStore
  openVote: ReturnType<typeof createOpenVote>
  announcer: Announcer
  discord: Discord
  restraintOf: EventLog['restraintOf']
  /** Tells everybody how a vote ended. */
  ended(vote: Vote): Promise<void>
  /** A ballot came in. */
  voted(vote: Vote): void
  metrics: VoteMetrics
  log: Log
}

export type InGuild = { guildId: bigint; member: CallingMember }

/** @throws {UserError} in a direct message: votes are held among the members of a server. */
export function inGuild({ chat, member }: Call): InGuild {
  if (chat.guildId === null)
    throw new UserError('Votes are held in servers. Please use this in a channel of one.')
  return {
    guildId: chat.guildId,
    member: member ?? { joinedAt: null, isAdministrator: false, isModerator: false, isManager: false },
  }
}

/**
 * The vote of that number, or the only one that is open.
 * @throws {UserError} when there is none, or several
 */
export async function findVote(
  votes: VoteStore,
  {
    guildId,
    id,
    among = () => true,
  }: { guildId: bigint; id: bigint | undefined; among?: (vote: Vote) => boolean },
): Promise<Vote> {
  if (id !== undefined) {
    const vote = await votes.get(guildId, id)
    if (!vote) throw new UserError(`There is no vote ${id} in this server. See which are open: vote status`)
    return vote
  }
  const [only, ...others] = (await votes.open(guildId)).filter(among)
  if (!only) throw new UserError('There is no such vote open in this server.')
  if (others.length > 0) {
    throw new UserError(
      `Which one? Open are ${[only, ...others].map(vote => vote.id).join(', ')}. Say, for example: ${only.id}`,
    )
  }
  return only
}

/** For people who write words: where they are wrong the command says how it goes. */
export const wordsAfter = (pattern: RegExp) => (words: string) => {
  const found = pattern.exec(words)
  return found ? { words: found.groups?.['rest'] ?? '' } : undefined
}
