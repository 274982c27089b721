import { time } from 'discord.js'
import { type Command, UserError } from '../../feature.ts'
import { headline, noteOf, verdict } from '../messages.ts'
import { LONGEST_QUESTION, readLine, readVoteId } from '../read-input.ts'
import type { Vote } from '../vote-store.ts'
import { findVote, inGuild, type VoteContext, wordsAfter } from './context.ts'

const STRING = 3

const link = (vote: Vote) =>
  vote.messageId === null
    ? ''
    : ` · https://discord.com/channels/${vote.guildId}/${vote.channelId}/${vote.messageId}`

const NUMBER = {
  type: STRING,
  name: 'id',
  description: 'The number of the vote; not needed when only one is open',
  max_length: 19,
} as const

export function manageCommands({ votes, ended }: VoteContext): Command[] {
  const status: Command = {
    name: 'vote status',
    isOpenWhenOff: true,
    description: 'Show the open votes of this server, or the record of one vote',
    options: [NUMBER],
    text: {
      usage: 'vote status',
      read(words) {
        const found = wordsAfter(/^vote\s+status(?:\s+(?<rest>[\s\S]*))?$/i)(words)
        return found && { id: found.words }
      },
    },
    async run(call) {
      const { guildId } = inGuild(call)
      const id = readVoteId(call.input['id'])
      if (id !== undefined) {
        const vote = await findVote(votes, { guildId, id })
        if (vote.outcome === null) return { content: await line(vote) }
        const at = vote.closedAt ? time(vote.closedAt, 'f') : ''
        return {
          content: `**Record ${vote.id}**: ${headline(vote)}\n${verdict(vote)}\n-# Ended ${at} · ${noteOf(vote)}${link(vote)}`,
        }
      }
      const open = await votes.open(guildId)
      if (open.length === 0) return { content: 'No vote is open in this server. Start one: `/vote ask`' }
      const lines = await Promise.all(open.slice(0, 10).map(line))
      const more = open.length > lines.length ? [`… and ${open.length - lines.length} more`] : []
      return { content: [...lines, ...more].join('\n').slice(0, 2_000) }
    },
  }

  const line = async (vote: Vote) =>
    `**Vote ${vote.id}**: ${headline(vote)} · ends ${time(vote.closesAt, 'R')} · ${await votes.turnout(vote.id)} of ${vote.electors} voted${link(vote)}`

  const retract: Command = {
    name: 'vote retract',
    isOpenWhenOff: true,
    description: 'Take back a vote that you started',
    options: [NUMBER],
    text: {
      usage: 'vote retract',
      read(words) {
        const found = wordsAfter(/^vote\s+retract(?:\s+(?<rest>[\s\S]*))?$/i)(words)
        return found && { id: found.words }
      },
    },
    async run(call) {
      const { guildId } = inGuild(call)
      const { userId } = call
      const isOwn = (vote: Vote) => vote.initiatorId === userId
      const vote = await findVote(votes, { guildId, id: readVoteId(call.input['id']), among: isOwn })
      if (!isOwn(vote))
        throw new UserError(`Vote ${vote.id} was started by somebody else, who alone can retract it.`)
      const closed = await votes.endBefore(vote.id, { outcome: 'retracted', by: userId })
      if (!closed) throw new UserError(`Vote ${vote.id} has ended already.`)
      void ended(closed)
      return call.how === 'text' ? undefined : { content: `Vote ${vote.id} is retracted.` }
    },
  }

  const veto: Command = {
    name: 'vote veto',
    isOpenWhenOff: true,
    description: 'For moderators: end a vote about a member, with your name and reason in the record',
    options: [
      {
        type: STRING,
        name: 'reason',
        description: 'Why; everybody can read it',
        required: true,
        max_length: LONGEST_QUESTION,
      },
      NUMBER,
    ],
    text: {
      usage: 'vote veto 12 reason',
      read(words) {
        const found = /^vote\s+veto(?:\s+(?<id>#?\d+))?(?:\s+(?<reason>[\s\S]*))?$/i.exec(words)
        return found ? { id: found.groups?.['id'] ?? '', reason: found.groups?.['reason'] ?? '' } : undefined
      },
    },
    async run(call) {
      const { guildId, member } = inGuild(call)
      if (!member.isModerator && !member.isAdministrator) {
        throw new UserError('Only moderators, who may time out members here, can veto a vote.')
      }
      const reason = readLine('a reason', call.input['reason'], LONGEST_QUESTION)
      const isAboutMember = (vote: Vote) => vote.kind !== 'ask'
      const vote = await findVote(votes, { guildId, id: readVoteId(call.input['id']), among: isAboutMember })
      if (!isAboutMember(vote)) throw new UserError('Only votes about members can be vetoed.')
      if (vote.targetId === call.userId)
        throw new UserError(`Vote ${vote.id} is about you, so another moderator has to decide.`)
      const closed = await votes.endBefore(vote.id, { outcome: 'vetoed', by: call.userId, reason })
      if (!closed) throw new UserError(`Vote ${vote.id} has ended already.`)
      void ended(closed)
      return call.how === 'text' ? undefined : { content: `Vote ${vote.id} is vetoed.` }
    },
  }

  return [status, retract, veto]
}
