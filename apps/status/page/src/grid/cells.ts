/** What is said of a shard where there are no colours. */
export type CellWords = {
  /** `Shard 7: Online` */
  label(shard: number, state: number): string
  /** `Shard 7` */
  shard(shard: number): string
  /** `Online` */
  state(state: number): string
}

export type CellsOptions = {
  /** One byte a shard, as it is now. */
  states: () => Uint8Array
  words: CellWords
}

/** What draws the shards of one cluster: elements where they are few, a canvas where they are many. */
export type Cells = {
  columns(): number
  /** From one row to the next, in CSS pixels. */
  rowPitch(): number
  show(shards: Iterable<number>): void
  showAll(): void
  /** The shard that a pointer or a key is at. */
  shardOf(event: Event): number | undefined
  /** An element in the place of that shard. It may be the same one for another shard later. */
  hover(shard: number | undefined): HTMLElement | undefined
  /** Gives that shard the focus, and the only place in the order of the tab key. */
  focus(shard: number): void
  /** Marks the shard that was looked for. */
  mark(shard: number | undefined): HTMLElement | undefined
  remove(): void
}

/** A cell of a real element, be it one of all or one that lies over the canvas. */
export function createCell(tag: 'button' | 'span' = 'button'): HTMLElement {
  const cell = document.createElement(tag)
  if (cell instanceof HTMLButtonElement) cell.type = 'button'
  else cell.ariaHidden = 'true'
  cell.className = 'cell'
  cell.tabIndex = -1
  return cell
}

export const cellOf = (target: EventTarget | null): HTMLElement | undefined =>
  (target instanceof Element ? target.closest<HTMLElement>('.cell') : undefined) ?? undefined

/** The shard of the cell that an event happened in. */
export function shardOfCell(target: EventTarget | null): number | undefined {
  const shard = cellOf(target)?.dataset['shard']
  return shard === undefined ? undefined : Number(shard)
}
