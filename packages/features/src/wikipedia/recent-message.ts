import type { PageEnd, ShownChange } from '@shardlight/recent-changes'
import { escapeMarkdown, time } from 'discord.js'
import type { Message } from '../discord.ts'
import { nameOf } from './languages.ts'

export const COLOUR = 0x3366cc
export const LONGEST_TITLE = 80
const LONGEST_EDITOR = 40
const LONGEST_COMMENT = 100
export const LONGEST_DESCRIPTION = 4_000
const LONGEST_CUSTOM_ID = 100
export const PAGE = 10
export const MORE = 'w:recent'

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const cut = (text: string, longest: number) => {
  const characters = [...text.replaceAll(UNSEEN, ' ').replaceAll(/\s+/g, ' ').trim()]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('')
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}\p{Script=Syriac}\p{Script=Nko}]/u

/** What is written from right to left must not take the numbers behind it along. */
const isolated = (text: string) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text)

/** Somebody's words from the outside: they format, mention and link nothing. */
export const plain = (text: string, longest: number) =>
  isolated(
    escapeMarkdown(cut(text, longest), {
      heading: true,
      bulletedList: true,
      numberedList: true,
    })
      .replaceAll(/[<[\]]/g, found => `\\${found}`)
      .replaceAll('://', ':\u200b//'),
  )

/** Longer, and a line could have no place in a message; Wikipedia's own titles are at most 255 bytes. */
const LONGEST_ADDRESS = 1_000

const addressOf = ({ wiki, title }: ShownChange) =>
  `https://${wiki}/wiki/${encodeURIComponent((title ?? '').replaceAll(' ', '_')).replaceAll(/[()*]/g, found => `%${found.charCodeAt(0).toString(16)}`)}`

const MINUS = '\u2212'

function sizeOf({ oldLength, newLength }: ShownChange): string {
  if (newLength === null) return ''
  const difference = newLength - (oldLength ?? 0)
  return ` · **${difference < 0 ? MINUS : '+'}${Math.abs(difference).toLocaleString('en')}**`
}

const KINDS: Record<string, string> = { new: ' · new page', log: ' · log', external: ' · external' }

/** So long ago a time of the day alone could be another day's. */
const SAME_DAY_MS = 12 * 3_600_000
const momentOf = (at: Date) => time(at, Date.now() - at.getTime() < SAME_DAY_MS ? 't' : 'f')

export function lineOf(change: ShownChange): string {
  const shown = plain(change.title ?? '(no title)', LONGEST_TITLE)
  const address = addressOf(change)
  const title = change.title === null || address.length > LONGEST_ADDRESS ? shown : `[${shown}](${address})`
  const editor = change.editor === null ? '(name removed)' : plain(change.editor, LONGEST_EDITOR)
  const comment = change.comment ? `\n-# ${plain(change.comment, LONGEST_COMMENT)}` : ''
  const marks = `${KINDS[change.type] ?? ''}${change.isBot ? ' · bot' : ''}${change.isMinor ? ' · minor' : ''}`
  return `${momentOf(change.at)} ${title} · ${editor}${sizeOf(change)}${marks}${comment}`
}

/** Everything that the next page needs, in a button. */
export type Wanted = { language: string; left: number; filters: string }

export const nextPage = ({ language, left, filters }: Wanted, { at, id }: PageEnd): string =>
  `${MORE}:${language}:${left}:${at.getTime().toString(36)}:${filters}:${id}`

/** @param isFirst whether nothing was shown before */
export function recentMessage(
  changes: ShownChange[],
  { wanted, isFirst }: { wanted: Wanted; isFirst: boolean },
): Message {
  const { language, left } = wanted
  const where = `**${nameOf(language)}** Wikipedia`
  if (changes.length === 0) {
    return {
      content: isFirst
        ? `I know of no such change in ${where} yet.`
        : `That was all that I know of ${where}.`,
    }
  }
  const lines: string[] = []
  let length = 0
  for (const change of changes) {
    const line = lineOf(change)
    if (length + line.length > LONGEST_DESCRIPTION) break
    length += line.length + 1
    lines.push(line)
  }
  const last = changes[lines.length - 1]
  const stillWanted = left - lines.length
  const customId = last && nextPage({ ...wanted, left: stillWanted }, last)
  const hasMore = stillWanted > 0 && customId !== undefined && customId.length <= LONGEST_CUSTOM_ID
  return {
    content: isFirst ? `The newest changes in ${where}` : `Further changes in ${where}`,
    embeds: [{ color: COLOUR, description: lines.join('\n') }],
    ...(hasMore && { buttons: [{ label: `Show ${Math.min(PAGE, stillWanted)} more`, customId }] }),
  }
}
