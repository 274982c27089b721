import { describe, expect, it } from 'vitest'
import { layOut, placeOf, shardAt } from './layout.ts'

const desktop = { total: 20_000, width: 1_070.5, cell: 8, gap: 1, ratio: 1, isRightToLeft: false }
const phone = { ...desktop, width: 326, ratio: 2.625 }

describe.each([
  ['a desktop', desktop],
  ['a phone', phone],
  ['a page that runs from right to left', { ...phone, isRightToLeft: true }],
  ['a window narrower than one cell', { ...desktop, width: 3 }],
])('the cells on %s', (_, asked) => {
  const layout = layOut(asked)

  it('lie within the width, at whole pixels', () => {
    for (const shard of [0, layout.columns - 1, layout.columns, 19_999]) {
      const { xPx, yPx } = placeOf(layout, shard)
      expect(Number.isInteger(xPx) && Number.isInteger(yPx)).toBe(true)
      if (layout.columns > 1) {
        expect(xPx).toBeGreaterThanOrEqual(0)
        expect(xPx + layout.cellPx).toBeLessThanOrEqual(Math.floor(asked.width * asked.ratio))
      }
    }
  })

  it('are found again where they lie, in their middle and at every corner', () => {
    for (const shard of [0, 1, layout.columns - 1, layout.columns, 12_345, 19_999]) {
      const { xPx, yPx } = placeOf(layout, shard)
      const last = layout.cellPx - 1
      for (const [right, down] of [
        [0, 0],
        [last, 0],
        [0, last],
        [last, last],
        [last / 2, last / 2],
      ] as const)
        expect(shardAt(layout, xPx + right, yPx + down)).toBe(shard)
    }
  })

  it('are none beyond the last one, and none outside', () => {
    const { xPx, yPx } = placeOf(layout, 19_999)
    expect(shardAt(layout, xPx, yPx + layout.pitchPx)).toBeUndefined()
    expect(shardAt(layout, -1 - layout.pitchPx, 0)).toBeUndefined()
    expect(shardAt(layout, layout.widthPx + layout.pitchPx, 0)).toBeUndefined()
    expect(shardAt(layout, 0, -1)).toBeUndefined()
  })
})
