import type { ShardPlace } from '../shard-details.ts'
import { lookOf } from '../states.ts'
import type { Hovered } from './shard-tooltip.tsx'

export type ShardGrid = {
  show(shards: Iterable<number>): void
  showAll(): void
  mark(shard: number | undefined, options: { scroll: boolean }): void
  remove(): void
}

/** Few shards have room for words, many only for a sign. */
const sizeFor = (total: number) => (total <= 32 ? 'tiles' : total <= 400 ? 'numbers' : 'dots')

function part(className: string, text: string): HTMLElement {
  const made = document.createElement('span')
  made.className = className
  made.textContent = text
  if (className === 'cell-sign') made.ariaHidden = 'true'
  return made
}

const STEPS: Record<string, (at: number, columns: number, last: number) => number> = {
  ArrowRight: at => at + 1,
  ArrowLeft: at => at - 1,
  ArrowDown: (at, columns) => at + columns,
  ArrowUp: (at, columns) => at - columns,
  Home: () => 0,
  End: (_, __, last) => last,
}

/** The answer of a lookup stays at the top, over what is scrolled. */
const COVERED = 1 / 3

function isInView(cell: HTMLElement): boolean {
  const { top, bottom } = cell.getBoundingClientRect()
  return top > innerHeight * COVERED && bottom < innerHeight
}

/**
 * The cells of one cluster. Made once and then changed in place: two thousand of them would be too many to compare
 * on every batch. One cell is in the tab order, arrows move between them.
 */
export function createShardGrid(
  place: HTMLElement,
  {
    cluster,
    states,
    onHover,
    onSelect,
  }: {
    cluster: string
    states: () => Uint8Array
    onHover: (hovered: Hovered | undefined) => void
    onSelect: (place: ShardPlace) => void
  },
): ShardGrid {
  const size = sizeFor(states().length)
  const ending = new AbortController()
  let tabStop = 0
  let marked: HTMLElement | undefined

  const cells = Array.from({ length: states().length }, (_, shard) => {
    const cell = document.createElement('button')
    cell.type = 'button'
    cell.className = 'cell'
    cell.tabIndex = shard === 0 ? 0 : -1
    cell.dataset['shard'] = String(shard)
    return cell
  })

  function show(shards: Iterable<number>): void {
    const now = states()
    for (const shard of shards) {
      const cell = cells[shard]
      const state = now[shard]
      if (!cell || state === undefined || cell.dataset['state'] === String(state)) continue
      const { name, sign } = lookOf(state)
      cell.dataset['state'] = String(state)
      cell.setAttribute('aria-label', `Shard ${shard}: ${name}`)
      if (size === 'tiles')
        cell.replaceChildren(
          part('cell-sign', sign || '✓'),
          part('cell-id', `Shard ${shard}`),
          ' ',
          part('cell-name', name),
        )
      else if (size === 'dots') cell.textContent = sign
      else cell.replaceChildren(...(sign ? [part('cell-sign', sign)] : []), part('cell-id', String(shard)))
    }
  }

  const cellOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('.cell') : null

  function hover(target: EventTarget | null): void {
    const cell = cellOf(target)
    const shard = Number(cell?.dataset['shard'])
    onHover(cell ? { cluster, shard, anchor: cell } : undefined)
  }

  function step(event: KeyboardEvent): void {
    const next = STEPS[event.key]
    if (!next) return
    event.preventDefault()
    const columns = getComputedStyle(place).gridTemplateColumns.split(' ').length
    const wanted = next(tabStop, columns, cells.length - 1)
    cells[wanted]?.focus()
  }

  function stopAt(target: EventTarget | null): void {
    const cell = cellOf(target)
    const before = cells[tabStop]
    if (!cell || !before) return
    before.tabIndex = -1
    tabStop = Number(cell.dataset['shard'])
    cell.tabIndex = 0
  }

  const { signal } = ending
  place.addEventListener('pointerover', ({ target }) => hover(target), { signal })
  place.addEventListener('pointerleave', () => hover(null), { signal })
  place.addEventListener(
    'focusin',
    ({ target }) => {
      stopAt(target)
      hover(target)
    },
    { signal },
  )
  place.addEventListener('focusout', () => hover(null), { signal })
  place.addEventListener('keydown', step, { signal })
  place.addEventListener(
    'click',
    ({ target }) => {
      const cell = cellOf(target)
      if (cell) onSelect({ cluster, shard: Number(cell.dataset['shard']) })
    },
    { signal },
  )

  place.dataset['size'] = size
  show(cells.keys())
  place.replaceChildren(...cells)

  return {
    show,
    showAll: () => show(cells.keys()),
    mark(shard, { scroll }) {
      marked?.classList.remove('cell-found')
      marked = shard === undefined ? undefined : cells[shard]
      if (!marked) return
      marked.classList.add('cell-found')
      if (scroll && !isInView(marked)) marked.scrollIntoView({ block: 'center' })
    },
    remove() {
      ending.abort()
      onHover(undefined)
      place.replaceChildren()
    },
  }
}
