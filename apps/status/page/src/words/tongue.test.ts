import { describe, expect, it } from 'vitest'
import { createTongue } from './tongue.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const AT = Date.UTC(2026, 10, 21, 16, 5)

const english = createTongue('en')
/** Intl joins numbers and units by spaces that do not break, of several widths. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ')

it.each([
  [-5, '0 sec'],
  [59.9 * SECOND, '59 sec'],
  [61 * SECOND, '1 min'],
  [2 * HOUR + 5 * MINUTE, '2 hr 5 min'],
  [3 * HOUR, '3 hr'],
  [76 * HOUR, '3 days 4 hr'],
])('tells that %d ms last %s', (ms, text) => {
  expect(plain(english.duration(ms))).toBe(text)
})

it('tells an age as people do', () => {
  expect([english.ago(1_900), english.ago(9_000), english.ago(3 * HOUR)]).toEqual([
    'just now',
    '9 sec. ago',
    '3 hr. ago',
  ])
})

it.each([Number.NaN, 1e300, -1e300, Number.POSITIVE_INFINITY, 8_640_000_000_000_001])(
  'has no words for the time %d, which no calendar holds',
  ms => {
    expect([english.moment(ms, AT), english.date(ms)]).toEqual(['', ''])
    expect(english.moment(AT, ms)).not.toBe('')
    for (const text of [english.ago(ms), english.duration(ms)]) expect(text).toBeTypeOf('string')
  },
)

it('counts with the number in its place', () => {
  const forms = { one: '# shard down', other: '# shards down' }
  expect([english.plural(1, forms), english.plural(2_000, forms)]).toEqual([
    '1 shard down',
    '2,000 shards down',
  ])
})

describe('in other languages', () => {
  it('writes numbers and ages by their rules, and in the variety asked for', () => {
    expect(createTongue('de').count(20_000)).toBe('20.000')
    expect(plain(createTongue('de', 'de-AT').count(20_000))).toBe('20 000')
    expect(plain(createTongue('de').ago(9_000))).toBe('vor 9 Sek.')
    expect(plain(createTongue('fr').duration(2 * HOUR + 5 * MINUTE))).toBe('2 h 5 min')
    expect(plain(createTongue('fr').percent(0.9995, 2))).toBe('99,95 %')
  })

  it('counts none as one where the language does', () => {
    const forms = { one: '# partition', other: '# partitions' }
    expect(createTongue('fr').plural(0, forms)).toBe('0 partition')
    expect(createTongue('es').plural(0, forms)).toBe('0 partitions')
  })
})

it('leaves the day out where it is today, and names the time zone where one was given', () => {
  const german = createTongue('de', 'de', 'UTC')
  expect(german.moment(AT, AT + HOUR)).toBe('16:05 UTC')
  expect(plain(german.moment(AT, AT + 24 * HOUR))).toBe('21. Nov., 16:05 UTC')
  expect(plain(english.moment(AT, AT))).toMatch(/^\d{1,2}:05 [AP]M$/)
  expect(english.moment(AT, AT)).not.toMatch(/^0/)
})
