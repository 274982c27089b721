import type { SKRSContext2D } from '@napi-rs/canvas'
import { BOLD, box, fitted, font, loadCanvas, REGULAR } from '../../drawing/canvas.ts'
import { legible } from '../../drawing/legible.ts'
import { palette } from '../../drawing/palette.ts'
import { type Chart, letterOf, percentOf } from './chart.ts'

/** Twice the width at which Discord shows it, so that it stays sharp. */
const WIDTH = 1_000
const PADDING = 48
const TITLE = 92
const ROW = 112
const NOTE = 72
const BAR_HEIGHT = 34
const RIGHT = WIDTH - PADDING

/** Says who won without colour. */
function tick(context: SKRSContext2D, x: number, y: number): void {
  context.fillStyle = palette.winner
  context.beginPath()
  context.arc(x, y, 17, 0, 2 * Math.PI)
  context.fill()
  context.strokeStyle = palette.onWinner
  context.lineWidth = 5
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.beginPath()
  context.moveTo(x - 8, y)
  context.lineTo(x - 2, y + 7)
  context.lineTo(x + 9, y - 7)
  context.stroke()
}

function drawRow(context: SKRSContext2D, chart: Chart, at: number, top: number): void {
  const bar = chart.bars[at]
  if (!bar) return
  const baseline = top + 40
  context.textAlign = 'right'
  context.fillStyle = palette.text
  context.font = font(34, BOLD)
  const numbers = `${bar.count} · ${percentOf(chart, bar.count)}%`
  const numbersWidth = context.measureText(numbers).width
  context.fillText(numbers, RIGHT, baseline)
  const tickSpace = bar.isWinner ? 52 : 0
  if (bar.isWinner) tick(context, RIGHT - numbersWidth - 34, baseline - 12)

  context.textAlign = 'left'
  context.fillStyle = bar.isWinner ? palette.winner : palette.text
  context.fillText(letterOf(at), PADDING, baseline)
  context.font = font(34, bar.isWinner ? BOLD : REGULAR)
  const left = PADDING + 44
  context.fillText(
    fitted(context, legible(bar.label), RIGHT - numbersWidth - tickSpace - 40 - left),
    left,
    baseline,
  )

  const most = Math.max(1, ...chart.bars.map(one => one.count))
  const place = { x: PADDING, y: top + 58, width: RIGHT - PADDING, height: BAR_HEIGHT }
  box(context, palette.track, place, BAR_HEIGHT / 2)
  if (bar.count === 0) return
  const width = Math.max(BAR_HEIGHT, place.width * (bar.count / most))
  box(context, bar.isWinner ? palette.winner : palette.bar, { ...place, width }, BAR_HEIGHT / 2)
}

/** A PNG: a bar for each option below its text, since on a phone there is no room beside it. */
export async function drawChart(chart: Chart): Promise<Buffer> {
  const { createCanvas } = await loadCanvas()
  const height = PADDING + TITLE + chart.bars.length * ROW + NOTE
  const canvas = createCanvas(WIDTH, height)
  const context = canvas.getContext('2d')
  box(context, palette.edge, { x: 0, y: 0, width: WIDTH, height }, 32)
  box(context, palette.card, { x: 3, y: 3, width: WIDTH - 6, height: height - 6 }, 29)

  context.fillStyle = palette.text
  context.font = font(42, BOLD)
  context.fillText(fitted(context, legible(chart.title), RIGHT - PADDING), PADDING, PADDING + 44)
  chart.bars.forEach((_, at) => {
    drawRow(context, chart, at, PADDING + TITLE + at * ROW)
  })
  context.textAlign = 'left'
  context.fillStyle = palette.note
  context.font = font(28)
  context.fillText(fitted(context, legible(chart.note), RIGHT - PADDING), PADDING, height - 34)
  return canvas.encode('png')
}
