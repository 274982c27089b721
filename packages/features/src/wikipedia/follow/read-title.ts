import { UserError } from '../../feature.ts'
import { languageCodes } from '../languages.ts'
import { withoutCategoryWord } from './category-words.ts'

export type Kind = 'page' | 'category'

/** What somebody wants to follow, as Wikipedia writes it. */
export type Followed = {
  kind: Kind
  language: string
  title: string
  /** How its changes may name it. A category's name is without the word before it, or whole. */
  names: string[]
}

/** MediaWiki's limit, of a title without its namespace. */
const LONGEST_BYTES = 255
const FORBIDDEN = /[#<>[\]{}|\p{Cc}\ufffd]/u
const INVISIBLE = /[\u200e\u200f\u202a-\u202e]/g

/** Wikipedias whose pages may begin with a small letter. */
const CASE_SENSITIVE = new Set(['jbo'])
const TURKISH = new Set(['tr', 'az', 'kaa'])

function withFirstUpper(text: string, language: string): string {
  const [first = ''] = text
  const upper = first.toLocaleUpperCase(TURKISH.has(language) ? 'tr' : 'en')
  // MediaWiki keeps a letter that becomes several, such as ß.
  return CASE_SENSITIVE.has(language) || [...upper].length !== 1 ? text : upper + text.slice(first.length)
}

/** The part after a namespace begins with a capital letter too; whether there is one only the wiki knows. */
function namesOf(title: string, language: string): string[] {
  const whole = withFirstUpper(title, language)
  const colon = whole.indexOf(':')
  if (colon < 1) return [whole]
  const rest = withFirstUpper(whole.slice(colon + 1).trim(), language)
  return [...new Set([whole, `${whole.slice(0, colon).trim()}:${rest}`])]
}

const folded = (text: string) =>
  text
    .normalize('NFC')
    .replaceAll(INVISIBLE, '')
    .replaceAll(/[_\s]+/g, ' ')
    .replace(/^[: ]+/, '')
    .trim()

/**
 * Reads the title of a page or category.
 * @throws {UserError} for what cannot be a title
 */
export function readTitle(given: string, { kind, language }: { kind: Kind; language: string }): Followed {
  const written = folded(given)
  const text = kind === 'category' ? (withoutCategoryWord(written) ?? written) : written
  if (text === '') {
    throw new UserError(
      'Which page or category? Write, for example: wikipedia follow Physics, or: wikipedia follow Category:Physics',
    )
  }
  if (FORBIDDEN.test(text)) throw new UserError('A title on Wikipedia holds none of # < > [ ] { } |')
  if (Buffer.byteLength(text) > LONGEST_BYTES)
    throw new UserError('That is too long for a title on Wikipedia: it has at most 255 bytes.')
  const names = namesOf(text, language)
  return { kind, language, title: names.at(-1) ?? text, names }
}

const LINK = /^<?https?:\/\/(?<language>[a-z-]+)\.(?:m\.)?wikipedia\.org\/wiki\/(?<title>[^?#>]+)[^>]*>?$/i
const PREFIXED = /^:?(?<language>[a-z-]+):(?<title>\S[\s\S]*)$/

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Takes a language off what somebody wrote: that of a link to a page, or the `es:` of `es:Física`, which no page of
 * another language can begin with.
 */
export function splitLanguage(given: string): { language?: string; title: string } {
  const text = given.trim()
  const link = LINK.exec(text)?.groups
  const { language = '', title = '' } = link ?? PREFIXED.exec(text)?.groups ?? {}
  if (!languageCodes.includes(language.toLowerCase())) return { title: text }
  return { language: language.toLowerCase(), title: link ? decoded(title) : title }
}

/** In words a category is told from a page by the word before it. */
export const kindOf = (title: string): Kind =>
  withoutCategoryWord(folded(title)) === undefined ? 'page' : 'category'
