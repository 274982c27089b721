import { userMention } from 'discord.js'
import { type Command, UserError } from '../../feature.ts'
import { LONGEST_QUESTION, readDurationMs, readLine, readParts, readUserId } from '../read-input.ts'
import { inGuild, type VoteContext, wordsAfter } from './context.ts'
import { holdVote } from './hold-vote.ts'
import { DURATION, EARLY } from './vote-options.ts'

const STRING = 3
const USER = 6

/** `@member the reason | for 2h`. */
const aboutMember = (pattern: RegExp) => (words: string) => {
  const found = wordsAfter(pattern)(words)
  if (!found) return undefined
  const { parts, flags } = readParts(found.words)
  const [member = '', ...reason] = (parts[0] ?? '').split(' ')
  return { ...flags, member, reason: reason.join(' ') }
}

/** Votes about somebody. */
export function memberCommands(context: VoteContext): Command[] {
  const { discord } = context

  const challenge: Command = {
    name: 'vote challenge',
    description: 'Ask the active members whether somebody shall take a break from this bot here',
    options: [
      { type: USER, name: 'member', description: 'Who', required: true },
      { type: STRING, name: 'reason', description: 'Why', required: true, max_length: LONGEST_QUESTION },
      DURATION,
      EARLY,
    ],
    text: {
      usage: 'vote challenge @member reason',
      read: aboutMember(/^vote\s+challenge(?:\s+(?<rest>[\s\S]*))?$/i),
    },
    async run(call) {
      const { input, userId } = call
      const { guildId } = inGuild(call)
      const target = readUserId(input['member'])
      const reason = readLine('a reason', input['reason'], LONGEST_QUESTION)
      const durationMs = readDurationMs(input['duration'], '1d')
      const mention = userMention(String(target))
      if (target === userId)
        throw new UserError('You cannot challenge yourself. To be left alone by me, just leave me alone.')
      const member = await discord.member(guildId, target)
      if (!member) throw new UserError(`${mention} is no member of this server.`)
      if (member.isBot) throw new UserError(`${mention} is a bot. Votes are about people.`)
      if (member.isAdministrator)
        throw new UserError(`${mention} is an administrator of this server and cannot be challenged.`)
      const restraint = await context.restraintOf({ guildId, userId: target })
      if (restraint)
        throw new UserError(`${mention} takes a break from me already, by vote ${restraint.voteId}.`)
      return holdVote(context, call, {
        kind: 'challenge',
        question: reason,
        options: ['Yes', 'No'],
        target,
        durationMs,
        isSecret: true,
        closesEarly: input['early'] !== false,
      })
    },
  }

  const restore: Command = {
    name: 'vote restore',
    description: 'Ask the active members whether somebody may use this bot again here',
    isOpenToRestrained: true,
    options: [
      { type: USER, name: 'member', description: 'Who; yourself, when it is you', required: true },
      { type: STRING, name: 'reason', description: 'Why', max_length: LONGEST_QUESTION },
      DURATION,
      EARLY,
    ],
    text: {
      usage: 'vote restore @member',
      read: aboutMember(/^vote\s+restore(?:\s+(?<rest>[\s\S]*))?$/i),
    },
    async run(call) {
      const { input, userId } = call
      const { guildId } = inGuild(call)
      const given = String(input['member'] ?? '')
      const target = /^(?:me|myself)$/i.test(given) ? userId : readUserId(given)
      if (target !== userId && (await context.restraintOf({ guildId, userId }))) {
        throw new UserError(
          'While you take a break from me you can start one vote, about yourself: vote restore me',
        )
      }
      const restraint = await context.restraintOf({ guildId, userId: target })
      if (!restraint) {
        throw new UserError(
          target === userId
            ? 'You can use me already.'
            : `${userMention(String(target))} can use me already.`,
        )
      }
      const reason = String(input['reason'] ?? '').trim()
      return holdVote(context, call, {
        kind: 'restore',
        question: reason === '' ? '' : readLine('a reason', reason, LONGEST_QUESTION),
        options: ['Yes', 'No'],
        target,
        durationMs: readDurationMs(input['duration'], '1d'),
        isSecret: true,
        closesEarly: input['early'] !== false,
      })
    },
  }

  return [challenge, restore]
}
