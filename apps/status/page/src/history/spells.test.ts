import { expect, it } from 'vitest'
import { floored, runsOf, type Slot, summaryOf } from './spells.ts'

const SLOT_MS = 300_000
const slots = (...shares: (number | null | 'off')[]): Slot[] =>
  shares.map((share, at) => {
    const fromMs = at * SLOT_MS
    if (share === null || share === 'off') return { fromMs, state: share, upShare: null }
    return { fromMs, state: share === 1 ? 'up' : share === 0 ? 'down' : 'partly', upShare: share }
  })
const summary = (...shares: Parameters<typeof slots>) =>
  summaryOf({ slots: slots(...shares), slotSeconds: 300 })

it('joins neighbours that look the same', () => {
  expect(runsOf(slots(1, 1, 0.5, 0.25, null, null)).map(({ from, length }) => [from, length])).toEqual([
    [0, 2],
    [2, 1],
    [3, 1],
    [4, 2],
  ])
})

it('counts an outage over several slots once, and tells when the last began', () => {
  expect(summary(1, 0.5, 0, 0.5, 1, 0, null)).toEqual({
    upShare: 0.5,
    knownMs: 6 * SLOT_MS,
    downMs: 3 * SLOT_MS,
    lastDownAtMs: 5 * SLOT_MS,
    spells: 2,
  })
})

it('does not take what is unknown or switched off for up or down', () => {
  expect(summary(null, 'off')).toMatchObject({ upShare: undefined, knownMs: SLOT_MS, downMs: 0, spells: 0 })
  expect(summary(null, 1, 'off').upShare).toBe(1)
})

it.each([
  [1, 1],
  [0.999999, 0.9999],
  [0.98765, 0.9876],
  [0.57, 0.57],
  [1 - 1e-12, 0.9999],
  [0, 0],
])('shows %d as no more than %d', (share, shown) => {
  expect(floored(share)).toBe(shown)
})
