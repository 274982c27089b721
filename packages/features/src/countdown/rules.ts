import { UserError } from '../feature.ts'

export const LOWEST = 1
export const HIGHEST = 9_999

const LONGEST_QUOTE = 20

const HOW = 'Write a whole number from 1 to 9999, for example: count to 5'

/** What was given is nothing to count to. */
export class InvalidTargetError extends UserError {}

/** Digits of other scripts, such as Arabic ones: the number they mean in 0-9, or undefined for anything else. */
function inPlainDigits(text: string): string | undefined {
  if (!/^\p{Nd}+$/u.test(text)) return undefined
  return [...text]
    .map(digit => {
      // In Unicode decimal digits stand in runs of ten, zero first; some runs follow each other without a gap.
      const code = digit.codePointAt(0) ?? 0
      let first = code
      while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
      return String((code - first) % 10)
    })
    .join('')
}

/** What somebody wrote, to be said back: short, without hidden characters, links or formatting. */
function quoted(text: string): string {
  const visible = [...text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '')]
  const cut = visible.length > LONGEST_QUOTE ? [...visible.slice(0, LONGEST_QUOTE), '…'] : visible
  return `“${cut.join('').replaceAll(/[\\`*_~|<>@#[\]():/]/g, '\\$&')}”`
}

/**
 * Reads how far to count: digits 0-9 only, from 1 to 9999.
 * @throws {InvalidTargetError} that says what is wrong and what to write.
 */
export function readTarget(given: string | number): number {
  const text = String(given).trim()
  if (text === '') throw new InvalidTargetError(`How far shall I count? ${HOW}`)
  const shown = quoted(text)
  const plain = inPlainDigits(text)
  if (plain !== undefined) {
    const target = Number(plain)
    if (target > HIGHEST) throw new InvalidTargetError(`${shown} is too far for me: I count to 9999 at most.`)
    if (target < LOWEST)
      throw new InvalidTargetError(
        'There is nothing to count up to 0. I count from 1: write a whole number from 1 to 9999.',
      )
    if (/^[0-9]+$/.test(text)) return target
    throw new InvalidTargetError(
      `I read only the digits 0 to 9. If ${shown} means ${target}, write: count to ${target}`,
    )
  }
  if (/^[-−]\s*\d+([.,]\d+)?$/.test(text))
    throw new InvalidTargetError(`I only count upwards from 1, so not to ${shown}. ${HOW}`)
  if (/^\+?\d*[.,]\d+$/.test(text) || /^\d+[.,]$/.test(text))
    throw new InvalidTargetError(`I count in whole numbers, and ${shown} is not one. ${HOW}`)
  throw new InvalidTargetError(`${shown} is not a number that I can count to. ${HOW}`)
}
