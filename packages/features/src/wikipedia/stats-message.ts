import type { DayCount, Missing } from '@shardlight/recent-changes'
import type { Message } from '../discord.ts'
import { nameOf } from './languages.ts'

const COLOUR = 0x3366cc
const MOST_MISSING = 5

const KINDS = [
  ['edit', 'Edits'],
  ['new', 'New pages'],
  ['log', 'Log entries'],
] as const

const number = (count: number) => count.toLocaleString('en')

function compared(now: number, before: number): string {
  if (before === 0) return ''
  const percent = Math.round(((now - before) / before) * 100)
  return ` (${percent < 0 ? '\u2212' : '+'}${Math.abs(percent)}%)`
}

export const clockOf = (at: Date) => at.toISOString().slice(11, 16)

export function missingLine(missing: Missing[], day: string): string {
  const nextDay = (at: Date) => at.toISOString().slice(0, 10) > day
  const spans = missing
    .slice(0, MOST_MISSING)
    .map(({ from, until }) => `${clockOf(from)}\u2013${nextDay(until) ? '24:00' : clockOf(until)}`)
  const more = missing.length > MOST_MISSING ? ` and ${missing.length - MOST_MISSING} more` : ''
  return `⚠️ **Incomplete:** nothing is known of ${spans.join(', ')}${more} UTC.`
}

/** @param soFar the time of day until which today's counts go; absent for a day that is over. */
export function statsMessage({
  language,
  day,
  counts,
  missing,
  soFar,
  isBeforeKnown,
}: {
  language: string
  day: string
  counts: DayCount[]
  missing: Missing[]
  soFar: string | undefined
  /** Whether the day before was counted whole, so that comparing is fair. */
  isBeforeKnown: boolean
}): Message {
  const sum = (on: boolean, type: string, isBot: boolean) =>
    counts
      .filter(row => (row.day === day) === on && row.type === type && row.isBot === isBot)
      .reduce((all, row) => all + row.count, 0)
  const fair = isBeforeKnown && missing.length === 0 && soFar === undefined
  const lines = KINDS.map(([type, label]) => {
    const [people, bots] = [sum(true, type, false), sum(true, type, true)]
    const change = fair ? compared(people, sum(false, type, false)) : ''
    return `**${label}:** ${number(people)} by people${change}, ${number(bots)} by bots`
  })
  const notes = [
    ...(soFar === undefined ? [] : [`-# So far, until ${soFar} UTC.`]),
    ...(fair ? ['-# In brackets: compared with the day before.'] : []),
  ]
  return {
    content: `**${nameOf(language)}** Wikipedia on ${day}`,
    embeds: [
      {
        color: COLOUR,
        description: [...lines, ...(missing.length > 0 ? [missingLine(missing, day)] : []), ...notes].join(
          '\n',
        ),
      },
    ],
  }
}
