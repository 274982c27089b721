import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../feature.ts'
import { readTarget } from './rules.ts'

function refusalOf(given: string): string {
  try {
    readTarget(given)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  throw new Error(`"${given}" was accepted`)
}

describe('how far to count', () => {
  it('is any whole number from 1 to 9999, spaces and leading zeros aside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.nat(5), (target, zeros) => {
        expect(readTarget(` ${'0'.repeat(zeros)}${target} `)).toBe(target)
        expect(readTarget(target)).toBe(target)
      }),
    )
  })

  it.each([
    ['', /^How far shall I count\?.*count to 5$/],
    ['0', /count from 1: write a whole number from 1 to 9999/],
    ['000', /count from 1/],
    ['10000', /“10000” is too far for me: I count to 9999 at most/],
    ['99999999999999999999999999', /is too far for me/],
    ['-3', /only count upwards from 1, so not to “-3”/],
    ['−3', /only count upwards/],
    ['-1.5', /only count upwards/],
    ['1.5', /whole numbers, and “1\.5” is not one/],
    ['1,5', /whole numbers, and “1,5” is not one/],
    ['.5', /whole numbers/],
    ['5.', /whole numbers/],
    ['1e3', /“1e3” is not a number that I can count to/],
    ['0x10', /“0x10” is not a number/],
    ['ten', /“ten” is not a number that I can count to\. Write a whole number from 1 to 9999/],
    ['5 and then 6', /“5 and then 6” is not a number/],
    ['NaN', /is not a number/],
    ['Infinity', /is not a number/],
  ])('is refused for %j, with what to do instead', (given, sentence) => {
    expect(refusalOf(given)).toMatch(sentence)
  })

  it.each([
    ['٥', '5'],
    ['۱۲', '12'],
    ['५०', '50'],
    ['\uFF17', '7'],
    ['𝟗', '9'],
    ['٠٠٣', '3'],
  ])('is refused in other digits, such as %s, with the number that they mean', (given, meant) => {
    expect(refusalOf(given)).toMatch(new RegExp(`only the digits 0 to 9.*write: count to ${meant}$`))
  })

  it.each([
    ['٠', /count from 1/],
    ['٩٩٩٩٩', /too far/],
  ])('does not advise a number that would be refused too: %s', (given, sentence) => {
    expect(refusalOf(given)).toMatch(sentence)
  })

  it('repeats what was written without its formatting, links, hidden characters, or length', () => {
    expect(refusalOf('**x**')).toContain('“\\*\\*x\\*\\*”')
    expect(refusalOf('<@&77>')).toContain('“\\<\\@&77\\>”')
    expect(refusalOf('#5')).toContain('“\\#5”')
    expect(refusalOf('https://a.b')).toContain('“https\\:\\/\\/a.b”')
    expect(refusalOf('ab\u202Ecd\u200Be')).toContain('“abcde”')
    expect(refusalOf('z'.repeat(2_000))).toContain(`“${'z'.repeat(20)}…”`)
  })

  it('never fails otherwise, and never says much', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), given => {
        let told = ''
        try {
          told = String(readTarget(given))
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
          told = error instanceof Error ? error.message : ''
        }
        expect(told.length).toBeLessThan(400)
      }),
    )
  })
})
