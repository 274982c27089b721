import { expect, it } from 'vitest'
import { ago, counted, duration, ranges } from './format.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

it.each([
  [-5, '0 s'],
  [59.9 * SECOND, '59 s'],
  [61 * SECOND, '1 min'],
  [2 * HOUR + 5 * MINUTE, '2 h 5 min'],
  [3 * HOUR, '3 h'],
  [76 * HOUR, '3 d 4 h'],
])('tells %d ms as %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

it('calls what has just happened by its name', () => {
  expect([ago(1_900), ago(9_000)]).toEqual(['just now', '9 s ago'])
})

it('counts in words', () => {
  expect([counted(1, 'shard'), counted(2_000, 'shard')]).toEqual(['1 shard', '2,000 shards'])
})

it.each([
  [[], ''],
  [[7], '7'],
  [[7, 4], '4, 7'],
  [[12, 13, 14, 15, 3, 3], '3, 12–15'],
  [[0, 2, 4, 6, 8, 10, 12, 14, 16], '0, 2, 4, 6, 8, 10, 12, 14, …'],
])('joins %j to %s', (numbers, text) => {
  expect(ranges(numbers)).toBe(text)
})
