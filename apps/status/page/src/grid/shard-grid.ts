import type { ShardPlace } from '../shard-details.ts'
import { createCanvasCells } from './canvas/canvas-cells.ts'
import { createCellElements } from './cell-elements.ts'
import { type CellsOptions, cellOf, shardOfCell } from './cells.ts'
import { sizeFor } from './grid-size.ts'
import { stepTo } from './keys.ts'
import type { Hovered } from './shard-tooltip.tsx'

export type ShardGrid = {
  show(shards: Iterable<number>): void
  showAll(): void
  /** Brings the shard into view, with the focus on it. */
  goTo(shard: number): void
  /** Makes it stand out where it is. */
  mark(shard: number | undefined): void
  remove(): void
}

function bringIntoView(cell: HTMLElement | undefined): void {
  if (!cell) return
  const { top, bottom } = cell.getBoundingClientRect()
  if (top <= 0 || bottom >= innerHeight) cell.scrollIntoView({ block: 'center' })
}

/**
 * The shards of one cluster, for pointer, touch and keyboard alike however they are drawn. One shard is in the tab
 * order, arrows move between them, Enter and a click choose one.
 */
export function createShardGrid(
  place: HTMLElement,
  {
    cluster,
    onHover,
    onSelect,
    ...options
  }: CellsOptions & {
    cluster: string
    onHover: (hovered: Hovered | undefined) => void
    onSelect: (place: ShardPlace) => void
  },
): ShardGrid {
  const size = sizeFor(options.states().length)
  place.dataset['size'] = size
  const cells =
    size === 'specks' || size === 'dust'
      ? createCanvasCells(place, options)
      : createCellElements(place, size, options)
  const ending = new AbortController()
  const { signal } = ending
  let pointedAt: number | undefined
  let isTouched = false
  let isBehind = false

  function hover(shard: number | undefined, anchor = cells.hover(shard)): void {
    pointedAt = shard
    onHover(shard === undefined || !anchor ? undefined : { cluster, shard, anchor })
  }

  function leave(): void {
    cells.hover(undefined)
    hover(undefined)
  }

  function step(event: KeyboardEvent): void {
    const at = cells.shardOf(event)
    if (at === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const wanted = stepTo(event.key, at, {
      total: options.states().length,
      columns: cells.columns(),
      rowsAPage: Math.max(1, Math.floor(innerHeight / cells.rowPitch())),
      isRightToLeft: getComputedStyle(place).direction === 'rtl',
    })
    if (wanted === undefined) return
    event.preventDefault()
    cells.focus(wanted)
  }

  // A finger covers what it points at, and its tap opens the card: no tooltip then.
  function point(event: PointerEvent): void {
    const shard = cells.shardOf(event)
    if (event.pointerType !== 'touch' && shard !== pointedAt) hover(shard)
  }

  function stopAt({ target }: FocusEvent): void {
    const cell = isTouched ? undefined : cellOf(target)
    if (cell) hover(shardOfCell(cell), cell)
  }

  function choose(event: MouseEvent): void {
    const shard = cells.shardOf(event)
    if (shard === undefined) return
    cells.focus(shard)
    onSelect({ cluster, shard })
  }

  function catchUp(): void {
    if (document.hidden || !isBehind) return
    isBehind = false
    cells.showAll()
  }

  const touched = ({ pointerType }: PointerEvent) => {
    isTouched = pointerType === 'touch'
  }
  place.addEventListener('pointerdown', touched, { signal })
  place.addEventListener('pointermove', point, { signal })
  place.addEventListener('pointerleave', leave, { signal })
  place.addEventListener('focusin', stopAt, { signal })
  place.addEventListener('focusout', leave, { signal })
  place.addEventListener('keydown', step, { signal })
  place.addEventListener('click', choose, { signal })
  document.addEventListener('visibilitychange', catchUp, { signal })

  /** Nobody sees a tab in the background: it is drawn when it is looked at again. */
  function whenSeen(draw: () => void): void {
    if (document.hidden) isBehind = true
    else draw()
  }

  return {
    show: shards => whenSeen(() => cells.show(shards)),
    showAll: () => whenSeen(cells.showAll),
    goTo(shard) {
      bringIntoView(cells.hover(shard))
      cells.focus(shard)
    },
    mark: shard => void cells.mark(shard),
    remove() {
      ending.abort()
      onHover(undefined)
      cells.remove()
    },
  }
}
