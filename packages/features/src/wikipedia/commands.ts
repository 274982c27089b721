import type { Database } from '@shardlight/database'
import {
  type ChangeFilters,
  readDays,
  readHours,
  readMissing,
  readRecent,
  readToday,
} from '@shardlight/recent-changes'
import { type Answer, type Call, type Command, type CommandInput, UserError } from '../feature.ts'
import { describeDay, drawDay } from './day-chart.ts'
import type { LanguageStore } from './language-store.ts'
import { findLanguage, nameOf, wikiOf } from './languages.ts'
import { MORE, PAGE, recentMessage, type Wanted } from './recent-message.ts'
import { clockOf, missingLine, statsMessage } from './stats-message.ts'

const STRING = 3
const INTEGER = 4
const BOOLEAN = 5
const MOST = 100
const USUAL = 5
const TYPES = ['edit', 'new', 'log', 'categorize']
const WIKIPEDIA_BEGAN = '2001-01-15'
const LONGEST_LOOK = '3s'
const DAY = /^\d{4}-\d{2}-\d{2}$/

export const LANGUAGE = {
  type: STRING,
  name: 'language',
  description: 'A code or name, such as es or Español; otherwise the one that is set here',
  max_length: 60,
} as const

/** `!recent es 5`, or the same after a mention or in a direct message without the `!`. */
const said = (word: string) => {
  const pattern = new RegExp(`^!?${word}(?:\\s+(?<rest>[\\s\\S]*))?$`, 'i')
  return (words: string) => {
    const found = pattern.exec(words)
    return found ? (found.groups?.['rest'] ?? '').split(' ').filter(one => one !== '') : undefined
  }
}

/** @throws {UserError} with what was probably meant */
export function readLanguage(given: string): string {
  const found = findLanguage(given)
  if ('code' in found) return found.code
  const shown = given.replaceAll(/[^\p{L}\p{N} .-]/gu, '').slice(0, 40)
  const suggestions = found.suggestions.map(code => `${code} (${nameOf(code)})`)
  throw new UserError(
    suggestions.length > 0
      ? `I know no Wikipedia in “${shown}”. Did you mean ${suggestions.join(', ')}?`
      : `I know no Wikipedia in “${shown}”. Give a code or a name of a language, such as es or Español.`,
  )
}

const QUERY_CANCELED = '57014'
const isTimeout = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === QUERY_CANCELED

/** @throws {UserError} for what is no day, or has not come */
function readDay(given: string, today: string): string {
  const isDay = DAY.test(given) && new Date(`${given}T00:00:00Z`).toJSON()?.slice(0, 10) === given
  if (!isDay)
    throw new UserError(
      `“${given.slice(0, 20).replaceAll(/[^\w.-]/g, '')}” is no day. Write it like ${today}.`,
    )
  if (given < WIKIPEDIA_BEGAN)
    throw new UserError(`Wikipedia began on ${WIKIPEDIA_BEGAN}. Today is ${today} (UTC).`)
  if (given > today) throw new UserError(`${given} has not come yet. Today is ${today} (UTC).`)
  return given
}

const encodeFilters = ({ isBot, isMinor, namespace, type }: ChangeFilters): string =>
  [
    isBot === undefined ? '' : isBot ? 'b1' : 'b0',
    isMinor === undefined ? '' : isMinor ? 'm1' : 'm0',
    namespace === undefined ? '' : `n${namespace}`,
    type === undefined ? '' : `t${type}`,
  ].join('')

function decodeFilters(text: string): ChangeFilters {
  const found =
    /^(?:b(?<bot>[01]))?(?:m(?<minor>[01]))?(?:n(?<namespace>-?\d{1,5}))?(?:t(?<type>[a-z]+))?$/.exec(text)
  const { bot, minor, namespace, type } = found?.groups ?? {}
  return {
    ...(bot && { isBot: bot === '1' }),
    ...(minor && { isMinor: minor === '1' }),
    ...(namespace && { namespace: Number(namespace) }),
    ...(type && { type }),
  }
}

export function wikipediaCommands({
  database,
  languages,
}: {
  database: Database
  languages: LanguageStore
}): Command[] {
  const languageOf = async ({ chat, userId, input }: Call): Promise<string> => {
    const given = String(input['language'] ?? '')
    return given === '' ? languages.get(chat, userId) : readLanguage(given)
  }

  const setLanguage: Command = {
    name: 'wikipedia language',
    description: 'Choose the language whose Wikipedia is followed here',
    options: [{ ...LANGUAGE, description: 'A code or name, such as es or Español', required: true }],
    text: {
      isBang: true,
      usage: '!setLang es',
      read(words) {
        const rest = said('setlang')(words)
        return rest && { language: rest.join(' ') }
      },
    },
    async run({ chat, userId, input }) {
      const given = String(input['language'] ?? '')
      if (given === '') {
        const current = await languages.get(chat, userId)
        throw new UserError(
          `Which language? Now it is ${nameOf(current)} (${current}). Write, for example: !setLang es`,
        )
      }
      const code = readLanguage(given)
      await languages.set(chat, userId, code)
      const where = chat.guildId === null ? 'for you, in direct messages' : 'in this server'
      return { content: `**${nameOf(code)}** (${code}) it is, ${where}. Try: !recent` }
    },
  }

  async function showPage(wanted: Wanted, before?: { at: Date; id: string }): Promise<Answer> {
    const changes = await database
      .transaction(async tx => {
        await tx.query(`SET LOCAL statement_timeout = '${LONGEST_LOOK}'`)
        return readRecent(tx, {
          wiki: wikiOf(wanted.language),
          limit: Math.min(PAGE, wanted.left),
          before,
          filters: decodeFilters(wanted.filters),
        })
      })
      .catch((error: unknown) => {
        if (!isTimeout(error)) throw error
        throw new UserError('Such changes are too rare to be found in a moment. Please leave out a filter.')
      })
    return recentMessage(changes, { wanted, isFirst: before === undefined })
  }

  const recent: Command = {
    name: 'wikipedia recent',
    description: 'Show the newest changes',
    options: [
      LANGUAGE,
      { type: INTEGER, name: 'n', description: `How many, 1 to ${MOST}`, min_value: 1, max_value: MOST },
      { type: BOOLEAN, name: 'bots', description: 'Only by bots, or only by people' },
      { type: BOOLEAN, name: 'minor', description: 'Only minor edits, or only others' },
      {
        type: INTEGER,
        name: 'namespace',
        description: '0 for articles, 1 for their talk pages, …',
        min_value: -2,
        max_value: 9_999,
      },
      {
        type: STRING,
        name: 'type',
        description: 'What kind of change',
        choices: TYPES.map(value => ({ name: value, value })),
      },
    ],
    text: {
      isBang: true,
      usage: '!recent es 5',
      read(words): CommandInput | undefined {
        const rest = said('recent')(words)
        if (!rest) return undefined
        const [last = ''] = rest.slice(-1)
        const hasCount = /^[-\d]/.test(last)
        return {
          language: rest.slice(0, hasCount ? -1 : rest.length).join(' '),
          ...(hasCount && { n: last }),
        }
      },
    },
    async run(call) {
      const { input } = call
      const n = String(input['n'] ?? USUAL)
      if (!/^\d{1,3}$/.test(n) || Number(n) < 1 || Number(n) > MOST) {
        throw new UserError(
          `I can show 1 to ${MOST} changes, not ${n.slice(0, 20)}. Write, for example: !recent 5`,
        )
      }
      const { bots, minor, namespace, type } = input
      const filters = encodeFilters({
        isBot: typeof bots === 'boolean' ? bots : undefined,
        isMinor: typeof minor === 'boolean' ? minor : undefined,
        namespace: typeof namespace === 'number' ? namespace : undefined,
        type: typeof type === 'string' && TYPES.includes(type) ? type : undefined,
      })
      return showPage({ language: await languageOf(call), left: Number(n), filters })
    },
  }

  const more: Command = {
    name: 'wikipedia recent more',
    description: 'Show further changes',
    customId: MORE,
    async run({ input }) {
      const found =
        /^(?<language>[a-z-]+):(?<left>\d{1,3}):(?<at>[\da-z]{1,12}):(?<filters>[\w-]*):(?<id>.+)$/.exec(
          String(input['rest'] ?? ''),
        )?.groups
      if (!found) throw new UserError('I do not have these changes any more. Try: !recent')
      const { language = '', left = '', at = '', filters = '', id = '' } = found
      const wanted = { language: readLanguage(language), left: Math.min(MOST, Number(left)), filters }
      return showPage(wanted, { at: new Date(Number.parseInt(at, 36)), id })
    },
  }

  const stats: Command = {
    name: 'wikipedia stats',
    description: 'Show how much changed on a day',
    options: [
      { type: STRING, name: 'day', description: 'yyyy-mm-dd, in UTC; otherwise today', max_length: 10 },
      LANGUAGE,
    ],
    text: {
      isBang: true,
      usage: '!stats 2026-11-20 es',
      read(words): CommandInput | undefined {
        const rest = said('stats')(words)
        if (!rest) return undefined
        const [first = ''] = rest
        const hasDay = /^\d/.test(first)
        return { ...(hasDay && { day: first }), language: rest.slice(hasDay ? 1 : 0).join(' ') }
      },
    },
    async run(call) {
      const today = await readToday(database)
      const given = String(call.input['day'] ?? '')
      const day = given === '' ? today.day : readDay(given, today.day)
      const language = await languageOf(call)
      const wiki = wikiOf(language)
      const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
      const [counts, hours, missing, missingBefore] = await Promise.all([
        readDays(database, { wiki, day }),
        readHours(database, { wiki, day }),
        readMissing(database, day),
        readMissing(database, before),
      ])
      if (counts.every(row => row.day !== day)) {
        const gaps = missing.length > 0 ? ` ${missingLine(missing, day)}` : ''
        throw new UserError(`I know of no change in ${nameOf(language)} Wikipedia on ${day}.${gaps}`)
      }
      const message = statsMessage({
        language,
        day,
        counts,
        missing,
        soFar: day === today.day ? clockOf(today.now) : undefined,
        isBeforeKnown: missingBefore.length === 0,
      })
      const chart = { title: `${wiki} on ${day}`, note: 'Changes by hour, UTC', hours }
      const name = `wikipedia-${day}.png`
      const [embed] = message.embeds ?? []
      return {
        ...message,
        embeds: [{ ...embed, image: { url: `attachment://${name}` } }],
        files: [
          { name, data: await drawDay(chart), contentType: 'image/png', description: describeDay(chart) },
        ],
      }
    },
  }

  return [setLanguage, recent, more, stats]
}
