import { lookOf } from '../../states.ts'
import { type CellsOptions, createCell } from '../cells.ts'
import { type Layout, placeOf } from './layout.ts'

/** Real cells over the canvas, for the few shards that are pointed at, focused or found. */
export type Overlay = {
  elements: HTMLElement[]
  layOut(layout: Layout, ratio: number): void
  show(shards?: ReadonlySet<number>): void
  focus(shard: number): void
  hover(shard: number | undefined): HTMLElement | undefined
  mark(shard: number | undefined): HTMLElement | undefined
}

type Over = { cell: HTMLElement; shard: number | undefined }

/**
 * The focus goes back and forth between two buttons: a screen reader reads what receives the focus, and says nothing
 * of a focused button that becomes another one.
 */
export function createOverlay({ states, words }: CellsOptions): Overlay {
  const over = (tag: 'button' | 'span', className: string): Over => {
    const cell = createCell(tag)
    cell.classList.add(className)
    return { cell, shard: undefined }
  }
  let stop = over('button', 'cell-stop')
  let spare = over('button', 'cell-stop')
  const hovered = over('span', 'cell-hover')
  const found = over('span', 'cell-found')
  const all = [stop, spare, hovered, found]
  let at: { layout: Layout; ratio: number } | undefined

  function showOne({ cell, shard }: Over): void {
    cell.hidden = shard === undefined
    if (shard === undefined || !at) return
    const state = states()[shard] ?? 0
    const { xPx, yPx } = placeOf(at.layout, shard)
    cell.dataset['shard'] = String(shard)
    cell.dataset['state'] = String(state)
    cell.textContent = lookOf(state).sign
    cell.ariaLabel = words.label(shard, state)
    cell.style.left = `${xPx / at.ratio}px`
    cell.style.top = `${yPx / at.ratio}px`
    cell.style.width = `${at.layout.cellPx / at.ratio}px`
    cell.style.height = cell.style.width
  }

  function move(one: Over, shard: number | undefined): HTMLElement | undefined {
    one.shard = shard
    showOne(one)
    return shard === undefined ? undefined : one.cell
  }

  return {
    elements: all.map(({ cell }) => cell),
    layOut(layout, ratio) {
      at = { layout, ratio }
      stop.shard ??= 0
      stop.cell.tabIndex = 0
      for (const one of all) showOne(one)
    },
    show(shards) {
      for (const one of all) if (one.shard !== undefined && (shards?.has(one.shard) ?? true)) showOne(one)
    },
    focus(shard) {
      if (stop.shard !== shard || document.activeElement !== stop.cell) {
        const before = stop
        stop = spare
        spare = before
        stop.cell.tabIndex = 0
        move(stop, shard)
        stop.cell.focus()
        spare.cell.tabIndex = -1
        move(spare, undefined)
      }
    },
    hover: shard => move(hovered, shard),
    mark: shard => move(found, shard),
  }
}
