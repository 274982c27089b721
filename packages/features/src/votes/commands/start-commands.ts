import { userMention } from 'discord.js'
import { type Answer, type Call, type Command, type CommandInput, UserError } from '../../feature.ts'
import { UnpostableError } from '../announcer.ts'
import type { Wish } from '../open-vote.ts'
import {
  LONGEST_OPTION,
  LONGEST_QUESTION,
  readDurationMs,
  readLine,
  readParts,
  readUserId,
} from '../read-input.ts'
import { inGuild, type VoteContext, wordsAfter } from './context.ts'

const STRING = 3
const BOOLEAN = 5
const USER = 6
const MOST_OPTIONS = 10

const DURATION = {
  type: STRING,
  name: 'duration',
  description: 'How long it is open, from 1m to 9d; for example 30m, 2h or 3d',
  max_length: 40,
} as const

const EARLY = {
  type: BOOLEAN,
  name: 'early',
  description: 'End it once those who are left can no longer change the outcome',
} as const

const askWords = (words: string): CommandInput => {
  const { parts, flags } = readParts(words)
  const [question = '', ...options] = parts
  return {
    ...flags,
    question,
    ...Object.fromEntries(options.map((option, at) => [`option${at + 1}`, option])),
  }
}

/** `@member the reason | for 2h`. */
const aboutMember = (pattern: RegExp) => (words: string) => {
  const found = wordsAfter(pattern)(words)
  if (!found) return undefined
  const { parts, flags } = readParts(found.words)
  const [member = '', ...reason] = (parts[0] ?? '').split(' ')
  return { ...flags, member, reason: reason.join(' ') }
}

export function startCommands(context: VoteContext): Command[] {
  const { votes, openVote, announcer, discord, metrics } = context

  async function hold(
    call: Call,
    wish: Omit<Wish, 'requestId' | 'guildId' | 'channelId' | 'initiator'>,
  ): Promise<Answer | undefined> {
    const { guildId, member } = inGuild(call)
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
        await votes.endBefore(opened.id, {
          outcome: 'retracted',
          by: null,
          reason: 'I may not write in its channel',
        })
        throw new UserError(
          'I may not write in this channel, so the vote cannot be held here. Please try another one.',
        )
      }
      // It is open all the same, and is posted as soon as that can be done.
    }
    return call.how === 'text' ? undefined : { content: `Vote ${opened.id} is open.` }
  }

  const ask: Command = {
    name: 'vote ask',
    description: 'Ask the active members, with 2 to 10 answers to choose from',
    options: [
      {
        type: STRING,
        name: 'question',
        description: 'What to decide',
        required: true,
        max_length: LONGEST_QUESTION,
      },
      ...Array.from({ length: MOST_OPTIONS }, (_, at) => ({
        type: STRING as typeof STRING,
        name: `option${at + 1}`,
        description: `Answer ${at + 1}`,
        required: at < 2,
        max_length: LONGEST_OPTION,
      })),
      DURATION,
      { type: BOOLEAN, name: 'secret', description: 'Nobody sees who voted for what' },
      EARLY,
    ],
    text: {
      usage: 'vote ask Pizza or pasta? | Pizza | Pasta | for 2h secret',
      read(words) {
        const found = wordsAfter(/^vote\s+ask(?:\s+(?<rest>[\s\S]*))?$/i)(words)
        return found && askWords(found.words)
      },
    },
    async run(call) {
      const { input } = call
      const question = readLine('a question', input['question'], LONGEST_QUESTION)
      const given = Object.entries(input)
        .filter(([name]) => /^option\d+$/.test(name))
        .map(([, value]) => String(value))
      const options = given.map(option => readLine('an answer', option, LONGEST_OPTION))
      if (options.length < 2 || options.length > MOST_OPTIONS) {
        throw new UserError(
          `A question needs 2 to ${MOST_OPTIONS} answers; yours has ${options.length}. Write, for example: vote ask Pizza or pasta? | Pizza | Pasta`,
        )
      }
      const twice = options.find(
        (option, at) => options.findIndex(one => one.toLowerCase() === option.toLowerCase()) < at,
      )
      if (twice !== undefined)
        throw new UserError(`The answer “${twice}” is there twice. Please make them different.`)
      return hold(call, {
        kind: 'ask',
        question,
        options,
        target: null,
        durationMs: readDurationMs(input['duration'], '1d'),
        isSecret: input['secret'] === true,
        closesEarly: input['early'] === true,
      })
    },
  }

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
      return hold(call, {
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
      return hold(call, {
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

  return [ask, challenge, restore]
}
