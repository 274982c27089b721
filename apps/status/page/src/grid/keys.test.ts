import { expect, it } from 'vitest'
import { stepTo } from './keys.ts'

/** Three whole rows of ten, and one of five. */
const rows = { total: 35, columns: 10, rowsAPage: 2, isRightToLeft: false }

it.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 34, 34],
  ['ArrowLeft', 10, 9],
  ['ArrowLeft', 0, 0],
  ['ArrowDown', 14, 24],
  ['ArrowDown', 24, 34],
  ['ArrowDown', 25, 25],
  ['ArrowUp', 14, 4],
  ['ArrowUp', 4, 4],
  ['PageDown', 4, 24],
  ['PageDown', 16, 26],
  ['PageUp', 31, 11],
  ['PageUp', 14, 4],
  ['Home', 22, 0],
  ['End', 3, 34],
])('%s leads from shard %d to %d', (key, from, to) => {
  expect(stepTo(key, from, rows)).toBe(to)
})

it('goes left with the arrow that points left, also where shards run from right to left', () => {
  const mirrored = { ...rows, isRightToLeft: true }
  expect([stepTo('ArrowLeft', 3, mirrored), stepTo('ArrowRight', 3, mirrored)]).toEqual([4, 2])
})

it('leaves other keys, and those of an empty grid, to the browser', () => {
  expect(stepTo('Tab', 3, rows)).toBeUndefined()
  expect(stepTo('toString', 3, rows)).toBeUndefined()
  expect(stepTo('End', 0, { ...rows, total: 0 })).toBeUndefined()
})
