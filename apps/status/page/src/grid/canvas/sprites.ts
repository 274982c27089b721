import { shardStateNames } from '@shardlight/shard-registry'
import { lookOf } from '../../states.ts'
import { createCell } from '../cells.ts'

/** One drawn cell a state, side by side: to draw a shard is then to copy a square. */
export type Sprites = { image: HTMLCanvasElement; cellPx: number }

type Box = { left: number; size: number; ratio: number }

function drawBox(
  context: CanvasRenderingContext2D,
  style: CSSStyleDeclaration,
  { left, size, ratio }: Box,
): void {
  const border = Math.max(0, Math.round(Number.parseFloat(style.borderTopWidth) * ratio))
  const radius = Number.parseFloat(style.borderTopLeftRadius) * ratio || 0
  const margin = style.backgroundClip === 'padding-box' ? border : 0
  context.beginPath()
  context.roundRect(left + margin, margin, size - 2 * margin, size - 2 * margin, Math.max(0, radius - margin))
  context.fillStyle = style.backgroundColor
  context.fill()
  if (border === 0) return
  const inset = border / 2
  context.beginPath()
  context.roundRect(left + inset, inset, size - border, size - border, Math.max(0, radius - inset))
  context.setLineDash(style.borderTopStyle === 'dashed' ? [2 * border, 1.5 * border] : [])
  context.lineWidth = border
  context.strokeStyle = style.borderTopColor
  context.stroke()
}

function drawSign(
  context: CanvasRenderingContext2D,
  sign: string,
  style: CSSStyleDeclaration,
  { left, size, ratio }: Box,
): void {
  context.font = `${style.fontWeight} ${Number.parseFloat(style.fontSize) * ratio}px ${style.fontFamily}`
  context.fillStyle = style.color
  // By the ink and not by the line: a line's middle is not that of its signs.
  const ink = context.measureText(sign)
  const x = left + (size + ink.actualBoundingBoxLeft - ink.actualBoundingBoxRight) / 2
  const y = (size + ink.actualBoundingBoxAscent - ink.actualBoundingBoxDescent) / 2
  context.fillText(sign, x, y)
}

/** Draws what the style sheet says of a `.cell` in each state, in the colours that hold now. */
export function drawSprites(
  place: HTMLElement,
  { cellPx, ratio }: { cellPx: number; ratio: number },
): Sprites {
  const image = document.createElement('canvas')
  image.width = cellPx * shardStateNames.length
  image.height = cellPx
  const context = image.getContext('2d')
  const probe = createCell('span')
  probe.style.visibility = 'hidden'
  probe.style.transition = 'none'
  place.append(probe)
  for (const state of shardStateNames.keys()) {
    probe.dataset['state'] = String(state)
    const style = getComputedStyle(probe)
    const box = { left: state * cellPx, size: cellPx, ratio }
    if (!context) continue
    drawBox(context, style, box)
    drawSign(context, lookOf(state).sign, style, box)
  }
  probe.remove()
  return { image, cellPx }
}
