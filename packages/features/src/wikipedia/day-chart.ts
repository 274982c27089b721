import { BOLD, box, fitted, font, loadCanvas } from '../drawing/canvas.ts'
import { legible } from '../drawing/legible.ts'
import { palette } from '../drawing/palette.ts'

const WIDTH = 1_000
const HEIGHT = 420
const PADDING = 48
const TOP = 112
const BOTTOM = HEIGHT - 84
const HOURS = 24

export type DayChart = { title: string; note: string; hours: number[] }

/** A PNG: a bar for each hour of a UTC day. */
export async function drawDay({ title, note, hours }: DayChart): Promise<Buffer> {
  const { createCanvas } = await loadCanvas()
  const canvas = createCanvas(WIDTH, HEIGHT)
  const context = canvas.getContext('2d')
  box(context, palette.edge, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, 32)
  box(context, palette.card, { x: 3, y: 3, width: WIDTH - 6, height: HEIGHT - 6 }, 29)
  context.fillStyle = palette.text
  context.font = font(36, BOLD)
  context.fillText(fitted(context, legible(title), WIDTH - 2 * PADDING), PADDING, 76)

  const most = Math.max(1, ...hours)
  const step = (WIDTH - 2 * PADDING) / HOURS
  hours.forEach((count, hour) => {
    const height = count === 0 ? 0 : Math.max(4, ((BOTTOM - TOP) * count) / most)
    const x = PADDING + hour * step + 3
    box(context, palette.track, { x, y: BOTTOM, width: step - 6, height: 3 }, 1)
    if (height > 0) box(context, palette.bar, { x, y: BOTTOM - height, width: step - 6, height }, 5)
  })
  context.fillStyle = palette.note
  context.font = font(24)
  for (const hour of [0, 6, 12, 18]) context.fillText(`${hour}:00`, PADDING + hour * step, BOTTOM + 34)
  context.fillText(fitted(context, legible(note), WIDTH - 2 * PADDING), PADDING, HEIGHT - 20)
  return canvas.encode('png')
}

/** The chart in words. */
export function describeDay({ title, hours }: DayChart): string {
  const counted = hours.flatMap((count, hour) => (count > 0 ? [`${hour}:00 ${count}`] : []))
  return `Bar chart by hour, ${title}. ${counted.join(', ') || 'No changes'}.`.slice(0, 1_024)
}
