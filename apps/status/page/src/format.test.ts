import { expect, it } from 'vitest'
import { ranges } from './format.ts'

it.each([
  [[], ''],
  [[7], '7'],
  [[7, 4], '4, 7'],
  [[12, 13, 14, 15, 3, 3], '3, 12–15'],
  [[0, 2, 4, 6, 8, 10, 12, 14, 16], '0, 2, 4, 6, 8, 10, 12, 14 …'],
])('joins %j to %s', (numbers, text) => {
  expect(ranges(numbers)).toBe(text)
})
