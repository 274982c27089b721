import { type Cells, type CellsOptions, shardOfCell } from '../cells.ts'
import { type Bands, createBands } from './bands.ts'
import { type Layout, layOut, shardAt } from './layout.ts'
import { createOverlay } from './overlay.ts'
import { drawSprites } from './sprites.ts'
import { watchLook, watchRatio } from './watch-look.ts'

const lengthOf = (style: CSSStyleDeclaration, name: string, otherwise: number) =>
  Number.parseFloat(style.getPropertyValue(name)) || otherwise

/** All shards in few canvases. What they look like, and how large they are, is said by the style sheet of cells. */
export function createCanvasCells(place: HTMLElement, options: CellsOptions): Cells {
  const { states } = options
  const total = states().length
  const overlay = createOverlay(options)
  let layout: Layout
  let bands: Bands | undefined
  let ratio = devicePixelRatio

  function layOutAnew(): void {
    ratio = devicePixelRatio
    const style = getComputedStyle(place)
    layout = layOut({
      total,
      width: place.clientWidth || innerWidth,
      cell: lengthOf(style, '--cell', 10),
      gap: lengthOf(style, '--cell-gap', 2),
      ratio,
      isRightToLeft: style.direction === 'rtl',
    })
    bands?.remove()
    bands = createBands({ layout, ratio, sprites: drawSprites(place, { ...layout, ratio }), states })
    overlay.layOut(layout, ratio)
    place.style.blockSize = `${(layout.rows * layout.pitchPx) / ratio}px`
    for (const old of place.querySelectorAll('.band')) old.remove()
    place.prepend(...bands.elements)
  }

  function showAll(): void {
    bands?.drawAll(drawSprites(place, { ...layout, ratio }))
    overlay.show()
  }

  place.replaceChildren(...overlay.elements)
  layOutAnew()
  const watching = new DisposableStack()
  watching.use(watchLook(showAll))
  watching.use(watchRatio(layOutAnew))
  const resizing = new ResizeObserver(() => {
    const width = place.clientWidth
    if (width > 0 && Math.floor(width * ratio) !== layout.widthPx) layOutAnew()
  })
  resizing.observe(place)

  return {
    columns: () => layout.columns,
    rowPitch: () => layout.pitchPx / ratio,
    show(shards) {
      const changed = new Set(shards)
      bands?.draw(changed)
      overlay.show(changed)
    },
    showAll,
    shardOf(event) {
      const isPointed = event instanceof MouseEvent && event.detail + event.clientX + event.clientY > 0
      if (!isPointed) return shardOfCell(event.target)
      const { left, top } = place.getBoundingClientRect()
      return shardAt(layout, (event.clientX - left) * ratio, (event.clientY - top) * ratio)
    },
    hover: overlay.hover,
    focus: overlay.focus,
    mark: overlay.mark,
    remove() {
      resizing.disconnect()
      watching.dispose()
      bands?.remove()
      place.style.blockSize = ''
      place.replaceChildren()
    },
  }
}
