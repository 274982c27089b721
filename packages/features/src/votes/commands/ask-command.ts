import { type Command, type CommandInput, UserError } from '../../feature.ts'
import {
  asSeen,
  LONGEST_OPTION,
  LONGEST_QUESTION,
  readDurationMs,
  readLine,
  readParts,
} from '../read-input.ts'
import { type VoteContext, wordsAfter } from './context.ts'
import { holdVote } from './hold-vote.ts'
import { DURATION, EARLY } from './vote-options.ts'

const STRING = 3
const BOOLEAN = 5
const MOST_OPTIONS = 10

const askWords = (words: string): CommandInput => {
  const { parts, flags } = readParts(words)
  const [question = '', ...options] = parts
  return {
    ...flags,
    question,
    ...Object.fromEntries(options.map((option, at) => [`option${at + 1}`, option])),
  }
}

export const askCommand = (context: VoteContext): Command => ({
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
    const twice = options.find((option, at) => options.findIndex(one => asSeen(one) === asSeen(option)) < at)
    if (twice !== undefined)
      throw new UserError(`The answer “${twice}” is there twice. Please make them different.`)
    return holdVote(context, call, {
      kind: 'ask',
      question,
      options,
      target: null,
      durationMs: readDurationMs(input['duration'], '1d'),
      isSecret: input['secret'] === true,
      closesEarly: input['early'] === true,
    })
  },
})
