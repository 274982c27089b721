import { createHash } from 'node:crypto'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { describe, expect, it } from 'vitest'
import { legible } from '../../drawing/legible.ts'
import { palette } from '../../drawing/palette.ts'
import type { Chart } from './chart.ts'
import { describeChart } from './describe-chart.ts'
import { drawChart } from './draw-chart.ts'

const chart: Chart = {
  title: 'Pizza or pasta?',
  bars: [
    { label: 'Pizza', count: 3, isWinner: false },
    { label: 'Pasta', count: 6, isWinner: true },
  ],
  note: '9 of 12 voted · quorum 4',
}
const ten: Chart = {
  ...chart,
  bars: Array.from({ length: 10 }, (_, at) => ({ label: 'x'.repeat(100), count: at, isWinner: at === 9 })),
}

const channels = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16))

async function pixelsOf(png: Buffer) {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  /** How many pixels have that colour. */
  const count = (hex: string) => {
    const [red, green, blue] = channels(hex)
    let found = 0
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found++
    }
    return found
  }
  return { width: image.width, height: image.height, count, alphaOfCorner: data[3] }
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = channels(hex).map(value => {
      const share = value / 255
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

describe('a chart', () => {
  it('is a PNG with round corners, whose longer bar is that of the greater count', async () => {
    const pixels = await pixelsOf(await drawChart(chart))
    expect(pixels).toMatchObject({ width: 1_000, alphaOfCorner: 0 })
    expect(pixels.count(palette.winner)).toBeGreaterThan(1.8 * pixels.count(palette.bar))
    expect(pixels.count(palette.bar)).toBeGreaterThan(10_000)
  })

  it('shows who won by more than colour', async () => {
    expect((await pixelsOf(await drawChart(chart))).count(palette.onWinner)).toBeGreaterThan(50)
    const tie = { ...chart, bars: chart.bars.map(bar => ({ ...bar, count: 3, isWinner: false })) }
    expect((await pixelsOf(await drawChart(tie))).count(palette.onWinner)).toBe(0)
  })

  it('is the same for the same result, and grows with the options', async () => {
    const hash = (png: Buffer) => createHash('sha256').update(png).digest('hex')
    expect(hash(await drawChart(chart))).toBe(hash(await drawChart(chart)))
    const [two, many] = [await pixelsOf(await drawChart(chart)), await pixelsOf(await drawChart(ten))]
    expect(many.height).toBeGreaterThan(4 * (two.height / 2))
    expect(many.width).toBe(two.width)
  })

  it('draws no bar for nothing', async () => {
    const none = { ...chart, bars: chart.bars.map(bar => ({ ...bar, count: 0, isWinner: false })) }
    expect((await pixelsOf(await drawChart(none))).count(palette.bar)).toBe(0)
  })

  it('can be read by all: contrast of text 4.5, of bars 3', () => {
    for (const text of [palette.text, palette.note, palette.winner]) {
      expect(contrast(text, palette.card)).toBeGreaterThanOrEqual(4.5)
    }
    for (const bar of [palette.bar, palette.winner]) {
      expect(contrast(bar, palette.card)).toBeGreaterThanOrEqual(3)
      expect(contrast(bar, palette.track)).toBeGreaterThanOrEqual(3)
    }
  })
})

describe('a label', () => {
  it.each([
    ['Phở Việt Nam', 'Phở Việt Nam'],
    ['Привет, Ελλάδα – 50 €', 'Привет, Ελλάδα – 50 €'],
    ['🍕 Pizza', 'Pizza'],
    ['日本語', ''],
    ['Pizza 日本', ''],
    ['🍕', ''],
    ['\u202eevil\u200b\ntwo', 'evil two'],
  ])('“%s” is drawn as “%s”', (label, drawn) => {
    expect(legible(label)).toBe(drawn)
  })
})

describe('the description of a chart', () => {
  it('names every option, its count and who won', () => {
    expect(describeChart(chart)).toBe(
      'Bar chart of “Pizza or pasta?”. A Pizza: 3 (33%); B Pasta: 6 (67%), won. 9 of 12 voted · quorum 4.',
    )
  })

  it('has at most 1,024 characters', () => {
    const words = describeChart({ ...ten, title: 't'.repeat(200) })
    expect(words.length).toBeLessThanOrEqual(1_024)
    expect(words).toContain('J ')
  })
})
