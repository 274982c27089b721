import { expect, it } from 'vitest'
import { createBackoff } from './backoff.ts'

it('doubles up to a minute, and begins anew after a stable life', () => {
  const backoff = createBackoff({ random: () => 0 })
  const quick = Array.from({ length: 9 }, () => backoff.nextDelayMs(1_000))
  expect(quick).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  expect(backoff.nextDelayMs(60_000)).toBe(500)
})

it('spreads processes that died together over half of the delay', () => {
  const delayWith = (random: number) => createBackoff({ random: () => random }).nextDelayMs(0)
  expect([delayWith(0), delayWith(0.5), delayWith(0.999)]).toEqual([500, 375, 250])
})
