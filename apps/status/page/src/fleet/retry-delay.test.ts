import { expect, it } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

it('waits up to a second at first, up to twice as long each time, and never longer than 15 s', () => {
  expect([0, 1, 2, 3, 4, 40, 4_000].map(attempts => retryDelayMs(attempts, () => 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ])
})

it('spreads those who were cut off together over the whole time', () => {
  expect([0, 0.25, 0.5, 0.75].map(random => retryDelayMs(2, () => random))).toEqual([0, 1_000, 2_000, 3_000])
})
