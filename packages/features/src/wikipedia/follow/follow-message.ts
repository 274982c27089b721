import type { ShownChange } from '@shardlight/recent-changes'
import { escapeMarkdown, TimestampStyles, time } from 'discord.js'
import type { Message } from '../../discord.ts'
import { nameOf } from '../languages.ts'
import { COLOUR, LONGEST_DESCRIPTION, LONGEST_TITLE, lineOf, plain } from '../recent-message.ts'
import { type Follow, MOST_FOLLOWS } from './follow-store.ts'

const MOST_LINES = 10
/** Room for the line that says how many more there are. */
const LAST_LINE = 40

/** Begins a message, and no other of the same channel: two are further apart than a second. */
export const headingOf = (at: Date) =>
  `**Followed on Wikipedia** · until ${time(at, TimestampStyles.LongTime)}`

/** A page's changes are one line; each page that comes into a category or leaves it is its own. */
function grouped(changes: ShownChange[]): ShownChange[][] {
  const keyOf = ({ type, wiki, title, id }: ShownChange) =>
    type === 'categorize' || title === null ? id : `${wiki} ${title}`
  return [...Map.groupBy(changes, keyOf).values()]
}

function lineOfGroup(group: ShownChange[]): string {
  const [newest] = group
  if (!newest) return ''
  if (group.length === 1) return lineOf(newest)
  const sizes = group.filter(change => change.newLength !== null)
  const whole = { oldLength: sizes.at(-1)?.oldLength ?? null, newLength: sizes[0]?.newLength ?? null }
  return `**${group.length} changes**, the last: ${lineOf({ ...newest, ...whole })}`
}

/**
 * @param changes newest first
 * @param unseen how many there are beside them
 */
export function followMessage({
  changes,
  unseen,
  at,
}: {
  changes: ShownChange[]
  unseen: number
  at: Date
}): Message {
  const lines: string[] = []
  let shown = 0
  let length = 0
  for (const group of grouped(changes).slice(0, MOST_LINES)) {
    const line = lineOfGroup(group)
    if (length + line.length > LONGEST_DESCRIPTION - LAST_LINE) break
    length += line.length + 1
    shown += group.length
    lines.push(line)
  }
  const more = changes.length - shown + unseen
  if (more > 0)
    lines.push(shown === 0 ? `${more.toLocaleString('en')} changes` : `and ${more.toLocaleString('en')} more`)
  return { content: headingOf(at), embeds: [{ color: COLOUR, description: lines.join('\n') }] }
}

const onlyBy = (isBot: boolean | null) =>
  isBot === null ? '' : isBot ? ', only by bots' : ', only by people'

/** A follow in words that format and link nothing, wherever they stand. */
export const describeFollow = ({ kind, title, language, isBot }: Follow): string =>
  `${kind} **${plain(title, LONGEST_TITLE)}** on ${escapeMarkdown(nameOf(language))} Wikipedia${onlyBy(isBot)}`

export const UNFOLLOW = 'wikipedia:unfollow'

export function listMessage(follows: Follow[], heading: string): Message {
  const lines = follows.map(follow => {
    const off = follow.offSince
      ? `\n-# ⚠️ Switched off ${time(follow.offSince, TimestampStyles.RelativeTime)}: ${plain(follow.offReason ?? '', LONGEST_TITLE)}. Follow it again when that has changed.`
      : ''
    return `\`${follow.number}\` ${describeFollow(follow)}${off}`
  })
  return {
    content: heading,
    embeds: [{ color: COLOUR, description: lines.join('\n').slice(0, LONGEST_DESCRIPTION) }],
    buttons: follows
      .slice(0, MOST_FOLLOWS)
      .map(({ id, number }) => ({ label: `Unfollow ${number}`, customId: `${UNFOLLOW}:${id}` })),
  }
}
