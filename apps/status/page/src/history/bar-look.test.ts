import { expect, it } from 'vitest'
import { barLook } from './bar-look.ts'

const look = (upShare: number | null, observedShare = 1) => barLook({ upShare, observedShare })

it.each([
  [1, 1, 'up'],
  [0.5, 1, 'partly'],
  [0, 1, 'down'],
  [null, 1, 'off'],
  [null, 0, 'none'],
] as const)('draws %d of which %d is known as %s', (upShare, observedShare, kind) => {
  expect(look(upShare, observedShare).kind).toBe(kind)
})

it('tells a day that is known in part from a whole one', () => {
  expect([0.4, 0.97].map(observedShare => look(1, observedShare).isPart)).toEqual([true, true])
  expect([look(1).isPart, look(1, 0.99).isPart, look(null, 0).isPart, look(0.5, 0.4).isPart]).toEqual([
    false,
    false,
    false,
    true,
  ])
})

it('lets a second of downtime be seen, and more be more', () => {
  const heights = [1 / 86_400, 60 / 86_400, 3_600 / 86_400, 0.5, 1].map(down => look(1 - down).downHeight)
  expect(heights[0]).toBeGreaterThan(0.05)
  expect(heights).toEqual(heights.toSorted((a, b) => a - b))
  expect(heights[4]).toBe(1)
  expect(look(1).downHeight).toBe(0)
})
