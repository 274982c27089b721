import { UserError } from '../feature.ts'

export const LOWEST = 1
export const HIGHEST = 9_999

const HOW = 'Write a whole number from 1 to 9999, for example: count to 5'

/** Digits of other scripts, such as Arabic ones: the number they mean in 0-9, or undefined for anything else. */
function inPlainDigits(text: string): string | undefined {
  if (!/^\p{Nd}+$/u.test(text)) return undefined
  return [...text]
    .map(digit => {
      // In Unicode every decimal digit stands in a run of ten, zero first.
      const code = digit.codePointAt(0) ?? 0
      let zero = code
      while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1
      return String(code - zero)
    })
    .join('')
}

/**
 * Reads how far to count: digits 0-9 only, from 1 to 9999.
 * @throws {UserError} that says what is wrong and what to write.
 */
export function readTarget(given: string | number): number {
  const text = String(given).trim()
  if (text === '') throw new UserError(`How far shall I count? ${HOW}`)
  const shown = `“${text.length > 20 ? `${text.slice(0, 20)}…` : text}”`.replaceAll(/[`*_~|<>@#\\]/g, '')
  if (/^0*[1-9]\d*$/.test(text) || /^0+$/.test(text)) {
    const target = Number(text)
    if (target > HIGHEST) throw new UserError(`${shown} is too far for me: I count to 9999 at most.`)
    if (target < LOWEST)
      throw new UserError(
        'There is nothing to count up to 0. I count from 1: write a whole number from 1 to 9999.',
      )
    return target
  }
  if (/^[-−]\s*\d+([.,]\d+)?$/.test(text))
    throw new UserError(`I only count upwards from 1, so not to ${shown}. ${HOW}`)
  if (/^\+?\d*[.,]\d+$/.test(text) || /^\d+[.,]$/.test(text))
    throw new UserError(`I count in whole numbers, and ${shown} is not one. ${HOW}`)
  const plain = inPlainDigits(text)
  if (plain !== undefined) {
    const meant = plain.replace(/^0+(?=\d)/, '')
    throw new UserError(`I read only the digits 0 to 9. If ${shown} means ${meant}, write: count to ${meant}`)
  }
  throw new UserError(`${shown} is not a number that I can count to. ${HOW}`)
}
