/** Where the cells of a canvas lie, in pixels of the screen: whole ones, so that no edge is blurred. */
export type Layout = {
  total: number
  columns: number
  rows: number
  cellPx: number
  pitchPx: number
  widthPx: number
  isRightToLeft: boolean
}

export function layOut({
  total,
  width,
  cell,
  gap,
  ratio,
  isRightToLeft,
}: {
  total: number
  /** In CSS pixels, as `cell` and `gap` are. */
  width: number
  cell: number
  gap: number
  /** Pixels of the screen for each CSS pixel. */
  ratio: number
  isRightToLeft: boolean
}): Layout {
  const widthPx = Math.max(1, Math.floor(width * ratio))
  const cellPx = Math.max(1, Math.round(cell * ratio))
  const gapPx = Math.max(1, Math.round(gap * ratio))
  const pitchPx = cellPx + gapPx
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / pitchPx))
  return { total, columns, rows: Math.ceil(total / columns), cellPx, pitchPx, widthPx, isRightToLeft }
}

export const rowOf = ({ columns }: Layout, shard: number): number => Math.floor(shard / columns)

export function placeOf(layout: Layout, shard: number): { xPx: number; yPx: number } {
  const { columns, cellPx, pitchPx, widthPx, isRightToLeft } = layout
  const offset = (shard % columns) * pitchPx
  return {
    xPx: isRightToLeft ? widthPx - cellPx - offset : offset,
    yPx: rowOf(layout, shard) * pitchPx,
  }
}

/** The shard at a point; the gap beside a cell belongs to it, so that nothing flickers on the way to the next. */
export function shardAt(layout: Layout, xPx: number, yPx: number): number | undefined {
  const { total, columns, pitchPx, widthPx, isRightToLeft } = layout
  const column = Math.floor((isRightToLeft ? widthPx - 1 - xPx : xPx) / pitchPx)
  const row = Math.floor(yPx / pitchPx)
  if (column < 0 || column >= columns || row < 0) return undefined
  const shard = row * columns + column
  return shard < total ? shard : undefined
}
