import { expect, it } from 'vitest'
import { createBackoff } from './backoff.ts'

it('doubles, then tries only now and then, and begins anew after a stable life', () => {
  const backoff = createBackoff({ random: () => 0 })
  const quick = Array.from({ length: 3 }, () => backoff.nextDelayMs(1_000))
  expect(quick).toEqual([500, 1_000, 2_000])
  expect(backoff.isDegraded()).toBe(false)
  expect([backoff.nextDelayMs(1_000), backoff.nextDelayMs(1_000)]).toEqual([300_000, 300_000])
  expect(backoff.isDegraded()).toBe(true)
  expect(backoff.nextDelayMs(60_000)).toBe(500)
  expect(backoff.isDegraded()).toBe(false)
})

it('begins anew when somebody says that it is mended', () => {
  const backoff = createBackoff({ random: () => 0 })
  for (let death = 0; death < 6; death += 1) backoff.nextDelayMs(0)
  backoff.reset()
  expect([backoff.isDegraded(), backoff.nextDelayMs(0)]).toEqual([false, 500])
})

it('spreads processes that died together over half of the delay', () => {
  const delayWith = (random: number) => createBackoff({ random: () => random }).nextDelayMs(0)
  expect([delayWith(0), delayWith(0.5), delayWith(0.999)]).toEqual([500, 375, 250])
})
