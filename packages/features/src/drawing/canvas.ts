import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { SKRSContext2D } from '@napi-rs/canvas'

const SUBSETS = ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'vietnamese']
const FAMILY = SUBSETS.map(subset => `"Chart ${subset}"`).join(', ')
export const REGULAR = 400
export const BOLD = 700

let loaded: Promise<typeof import('@napi-rs/canvas')> | undefined

async function load() {
  const canvas = await import('@napi-rs/canvas')
  for (const subset of SUBSETS) {
    for (const weight of [REGULAR, BOLD]) {
      const file = import.meta.resolve(
        `@fontsource/noto-sans/files/noto-sans-${subset}-${weight}-normal.woff2`,
      )
      canvas.GlobalFonts.register(await readFile(fileURLToPath(file)), `Chart ${subset}`)
    }
  }
  return canvas
}

/** With its fonts; loaded by the first who draws, so a process that never does pays nothing. */
export function loadCanvas(): Promise<typeof import('@napi-rs/canvas')> {
  loaded ??= load()
  return loaded
}

export const font = (sizePx: number, weight = REGULAR) => `${weight} ${sizePx}px ${FAMILY}`

/** As much of a text as fits. */
export function fitted(context: SKRSContext2D, text: string, widthPx: number): string {
  if (context.measureText(text).width <= widthPx) return text
  let kept = [...text]
  while (kept.length > 0 && context.measureText(`${kept.join('').trimEnd()}…`).width > widthPx) {
    kept = kept.slice(0, -1)
  }
  return `${kept.join('').trimEnd()}…`
}

/** A rectangle with round corners. */
export function box(
  context: SKRSContext2D,
  colour: string,
  at: { x: number; y: number; width: number; height: number },
  radius: number,
) {
  context.fillStyle = colour
  context.beginPath()
  context.roundRect(at.x, at.y, at.width, at.height, radius)
  context.fill()
}
