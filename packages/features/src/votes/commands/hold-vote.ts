import { reasonOf } from '@shardlight/service'
import { type Answer, type Call, UserError } from '../../feature.ts'
import { UnpostableError } from '../announcer.ts'
import type { Wish } from '../open-vote.ts'
import { inGuild, type VoteContext } from './context.ts'

/** Opens a vote and posts it; the vote is on record before anybody is told of it. */
export async function holdVote(
  { votes, openVote, announcer, discord, metrics, log }: VoteContext,
  call: Call,
  wish: Omit<Wish, 'requestId' | 'guildId' | 'channelId' | 'initiator'>,
): Promise<Answer | undefined> {
  const { guildId, member } = inGuild(call)
  if (wish.kind !== 'ask' && !(await discord.isOpenToAll(guildId, call.chat.channelId))) {
    throw new UserError(
      'Not all members can see this channel. Votes about members are held where everybody can read them.',
    )
  }
  const opened = await openVote({
    ...wish,
    requestId: call.requestId,
    guildId,
    channelId: call.chat.channelId,
    initiator: { userId: call.userId, joinedAt: member.joinedAt },
  })
  if (!opened) return undefined
  metrics.opened.inc({ kind: opened.kind })
  try {
    await announcer.open(opened)
  } catch (error) {
    if (error instanceof UnpostableError) {
      const outcome = 'retracted'
      const reason = 'I may not write in its channel'
      if (await votes.endBefore(opened.id, { outcome, by: null, reason }))
        metrics.closed.inc({ kind: opened.kind, outcome })
      throw new UserError(
        'I may not write in this channel, so the vote cannot be held here. Please try another one.',
      )
    }
    // It is open all the same: the keeper posts it.
    await votes.postAgainSoon(opened.id).catch(() => {})
    log.warn({ vote: opened.id, reason: reasonOf(error) }, 'a vote could not be posted at once')
  }
  return call.how === 'text' ? undefined : { content: `Vote ${opened.id} is open.` }
}
