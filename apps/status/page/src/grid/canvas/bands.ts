import { type Layout, placeOf, rowOf } from './layout.ts'
import type { Sprites } from './sprites.ts'

/**
 * A canvas may be no higher than 16,384 pixels on some phones, and one as high as the page would hold hundreds of
 * megabytes: bands of this height lie below one another, and only those near what is in sight have pixels.
 */
const BAND_PX = 2_048

type Band = {
  canvas: HTMLCanvasElement
  first: number
  end: number
  context: CanvasRenderingContext2D | undefined
}

export type Bands = {
  elements: HTMLCanvasElement[]
  draw(shards: Iterable<number>): void
  /** Everything anew, perhaps in other colours. */
  drawAll(sprites: Sprites): void
  remove(): void
}

export function createBands({
  layout,
  ratio,
  sprites: atFirst,
  states,
}: {
  layout: Layout
  ratio: number
  sprites: Sprites
  states: () => Uint8Array
}): Bands {
  const { total, columns, rows, cellPx, pitchPx, widthPx } = layout
  const rowsABand = Math.max(1, Math.floor(BAND_PX / pitchPx))
  let sprites = atFirst

  function createBand(firstRow: number): Band {
    const canvas = document.createElement('canvas')
    canvas.className = 'band'
    canvas.width = 0
    canvas.ariaHidden = 'true'
    canvas.style.inlineSize = `${widthPx / ratio}px`
    canvas.style.blockSize = `${heightOf(firstRow) / ratio}px`
    canvas.style.insetBlockStart = `${(firstRow * pitchPx) / ratio}px`
    canvas.addEventListener('contextrestored', () => drawBand(band))
    const end = Math.min(total, (firstRow + rowsABand) * columns)
    const band: Band = { canvas, first: firstRow * columns, end, context: undefined }
    return band
  }

  const heightOf = (firstRow: number) => Math.min(rowsABand, rows - firstRow) * pitchPx

  function drawCell({ context, first }: Band, shard: number, now: Uint8Array): void {
    const { xPx, yPx } = placeOf(layout, shard)
    const y = yPx - rowOf(layout, first) * pitchPx
    context?.clearRect(xPx, y, cellPx, cellPx)
    context?.drawImage(sprites.image, (now[shard] ?? 0) * cellPx, 0, cellPx, cellPx, xPx, y, cellPx, cellPx)
  }

  function drawBand(band: Band): void {
    const now = states()
    for (let shard = band.first; shard < band.end; shard += 1) drawCell(band, shard, now)
  }

  function cameNear(band: Band): void {
    if (band.context) return
    band.canvas.width = widthPx
    band.canvas.height = heightOf(rowOf(layout, band.first))
    band.context = band.canvas.getContext('2d') ?? undefined
    drawBand(band)
  }

  function wentAway(band: Band): void {
    band.context = undefined
    band.canvas.width = 0
    band.canvas.height = 0
  }

  const bands = Array.from({ length: Math.ceil(rows / rowsABand) }, (_, at) => createBand(at * rowsABand))
  const byCanvas = new Map<Element, Band>(bands.map(band => [band.canvas, band]))
  const near = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        const band = byCanvas.get(target)
        if (band) (isIntersecting ? cameNear : wentAway)(band)
      }
    },
    { rootMargin: '100% 0px' },
  )
  for (const { canvas } of bands) near.observe(canvas)

  return {
    elements: bands.map(({ canvas }) => canvas),
    draw(shards) {
      const now = states()
      for (const shard of shards) {
        const band = bands[Math.floor(rowOf(layout, shard) / rowsABand)]
        if (band?.context && shard < total) drawCell(band, shard, now)
      }
    },
    drawAll(inColours) {
      sprites = inColours
      for (const band of bands) if (band.context) drawBand(band)
    },
    remove() {
      near.disconnect()
      for (const band of bands) wentAway(band)
    },
  }
}
