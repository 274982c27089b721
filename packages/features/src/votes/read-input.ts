import parseDuration from 'parse-duration'
import { type CommandInput, UserError } from '../feature.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const LONGEST_DAYS = 9
export const LONGEST_QUESTION = 200
export const LONGEST_OPTION = 60

/** Control, bidirectional, zero-width and other invisible characters: they could break a layout or hide a word. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** Joins emoji, and letters in some scripts. */
const JOINERS = /[\u200c\u200d]/

/** What shows nothing, though it is a letter or a symbol. */
const BLANK = /\u200c|\u200d|[\u115f\u1160\u2800\u3164\uffa0]|[\ufe00-\ufe0f]/gu

/** As a reader sees it: two that look alike are the same. */
export const asSeen = (line: string): string =>
  line.normalize('NFKC').replaceAll(BLANK, '').trim().toLowerCase()

/** One line of somebody's words, without what could break a layout. */
export const cleanLine = (text: string): string =>
  text
    .replaceAll(UNSEEN, found => (JOINERS.test(found) ? found : ' '))
    .replaceAll(/\s+/g, ' ')
    .trim()

/** @throws {UserError} when there is nothing left of it, or too much. */
export function readLine(what: string, given: unknown, longest: number): string {
  const line = cleanLine(String(given ?? ''))
  if (asSeen(line) === '') throw new UserError(`Please give me ${what}.`)
  if (line.length > longest) {
    throw new UserError(
      `${what[0]?.toUpperCase()}${what.slice(1)} may have ${longest} characters; yours has ${line.length}. Please shorten it.`,
    )
  }
  return line
}

/** `90m`, `2 hours`, `1d 12h`: from a minute to nine days. */
export function readDurationMs(given: unknown, fallback: string): number {
  const text = String(given ?? fallback).trim() || fallback
  const ms = /^[\d\sa-z.,]{1,40}$/i.test(text) && /[a-z]/i.test(text) ? parseDuration(text) : undefined
  if (ms === undefined || ms === null || !Number.isFinite(ms)) {
    throw new UserError(
      `“${cleanLine(text).slice(0, 40)}” is no duration that I know. Write, for example: 30m, 2h or 3d`,
    )
  }
  if (ms < MINUTE_MS || ms > LONGEST_DAYS * DAY_MS) {
    throw new UserError(
      `A vote may be open from one minute (1m) to nine days (9d), not ${cleanLine(text).slice(0, 40)}.`,
    )
  }
  return Math.round(ms)
}

/** An id, or a mention of somebody. */
export function readUserId(given: unknown): bigint {
  const found = /^(?:<@!?)?(?<id>\d{15,20})>?$/.exec(String(given ?? '').trim())?.groups?.['id']
  if (found === undefined) throw new UserError('Who is it about? Mention the member, for example: @Name')
  return BigInt(found)
}

/** The number of a vote; undefined where none was given. */
export function readVoteId(given: unknown): bigint | undefined {
  const text = String(given ?? '').trim()
  if (text === '') return undefined
  const found = /^#?(?<id>\d{1,18})$/.exec(text)?.groups?.['id']
  if (found === undefined) {
    throw new UserError(
      `“${cleanLine(text).slice(0, 40)}” is no number of a vote. It stands in the vote's message, for example: 12`,
    )
  }
  return BigInt(found)
}

const FLAGS = /^for\s+(?<duration>\d[\d\sa-z.,]*?)\s*(?<words>(?:\b(?:secret|open|early|late)\b\s*)*)$/i

const flagsOf = (text: string): CommandInput | undefined => {
  const found = FLAGS.exec(text.trim())
  if (!found) return undefined
  const words = (found.groups?.['words'] ?? '').toLowerCase().split(/\s+/)
  return {
    duration: found.groups?.['duration'] ?? '',
    ...(words.includes('secret') && { secret: true }),
    ...(words.includes('open') && { secret: false }),
    ...(words.includes('early') && { early: true }),
    ...(words.includes('late') && { early: false }),
  }
}

/** `Pizza or pasta? | Pizza | Pasta | for 2h secret`: parts, and what the last one says of how the vote is held. */
export function readParts(words: string): { parts: string[]; flags: CommandInput } {
  const parts = words.split('|').map(part => part.trim())
  const flags = parts.length > 1 ? flagsOf(parts.at(-1) ?? '') : undefined
  return flags ? { parts: parts.slice(0, -1), flags } : { parts, flags: {} }
}
