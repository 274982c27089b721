import { expect, it } from 'vitest'
import { judgeClock } from './judge-clock.ts'

const at = (differenceMs: number, waitedMs = 100) =>
  judgeClock({
    whose: "Discord's",
    theirsMs: 1_000_000,
    sentAtMs: 1_000_000 + differenceMs - waitedMs / 2,
    receivedAtMs: 1_000_000 + differenceMs + waitedMs / 2,
  })[0]

it.each([
  [0, 'good', /agree$/],
  [-1_900, 'good', /agree$/],
  [5_000, 'doubt', /^this machine's clock is 5.0 s ahead of Discord's$/],
  [-45_000, 'bad', /45.0 s behind Discord's$/],
])('judges a clock that is off by %i ms', (differenceMs, level, what) => {
  expect(at(differenceMs)).toMatchObject({ level, what: expect.stringMatching(what) })
})

it('does not take a slow answer for a wrong clock', () => {
  expect(at(3_000, 8_000)).toMatchObject({ level: 'good' })
})

it('says nothing where no clock was told', () => {
  expect(judgeClock({ whose: 'its', theirsMs: Number.NaN, sentAtMs: 0, receivedAtMs: 0 })).toEqual([])
})
