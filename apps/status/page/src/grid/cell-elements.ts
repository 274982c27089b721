import { lookOf } from '../states.ts'
import { type Cells, type CellsOptions, createCell, shardOfCell } from './cells.ts'

export type CellSize = 'tiles' | 'numbers' | 'dots'

function part(className: string, text: string): HTMLElement {
  const made = document.createElement('span')
  made.className = className
  made.textContent = text
  if (className === 'cell-sign') made.ariaHidden = 'true'
  return made
}

/** A button a shard, made once and then changed in place: two thousand are too many to compare on every batch. */
export function createCellElements(
  place: HTMLElement,
  size: CellSize,
  { states, words }: CellsOptions,
): Cells {
  let tabStop = 0
  let marked: HTMLElement | undefined

  const cells = Array.from({ length: states().length }, (_, shard) => {
    const cell = createCell()
    cell.dataset['shard'] = String(shard)
    if (shard === tabStop) cell.tabIndex = 0
    return cell
  })

  function partsOf(shard: number, state: number): (Node | string)[] {
    const { sign } = lookOf(state)
    if (size === 'dots') return [sign]
    if (size === 'numbers')
      return [...(sign ? [part('cell-sign', sign)] : []), part('cell-id', String(shard))]
    return [
      part('cell-sign', sign || '✓'),
      part('cell-id', words.shard(shard)),
      ' ',
      part('cell-name', words.state(state)),
    ]
  }

  function show(shards: Iterable<number>): void {
    const now = states()
    for (const shard of shards) {
      const cell = cells[shard]
      const state = now[shard]
      if (!cell || state === undefined || cell.dataset['state'] === String(state)) continue
      cell.dataset['state'] = String(state)
      cell.ariaLabel = words.label(shard, state)
      cell.replaceChildren(...partsOf(shard, state))
    }
  }

  const ending = new AbortController()
  function stopAt({ target }: Event): void {
    const shard = shardOfCell(target)
    const [before, now] = [cells[tabStop], shard === undefined ? undefined : cells[shard]]
    if (shard === undefined || !before || !now) return
    before.tabIndex = -1
    tabStop = shard
    now.tabIndex = 0
  }
  place.addEventListener('focusin', stopAt, ending)

  show(cells.keys())
  place.replaceChildren(...cells)

  return {
    columns: () => getComputedStyle(place).gridTemplateColumns.split(' ').length,
    rowPitch: () => (cells[0]?.offsetHeight ?? 0) + Number.parseFloat(getComputedStyle(place).rowGap),
    show,
    showAll: () => show(cells.keys()),
    shardOf: ({ target }) => shardOfCell(target),
    hover: shard => (shard === undefined ? undefined : cells[shard]),
    focus: shard => cells[shard]?.focus(),
    mark(shard) {
      marked?.classList.remove('cell-found')
      marked = shard === undefined ? undefined : cells[shard]
      marked?.classList.add('cell-found')
      return marked
    },
    remove() {
      ending.abort()
      place.replaceChildren()
    },
  }
}
