/** How the cells lie at the moment, which is all that the keys need to know. */
export type Rows = {
  total: number
  columns: number
  /** How many rows are in sight at once. */
  rowsAPage: number
  isRightToLeft: boolean
}

type Step = (at: number, rows: Rows) => number

const next: Step = at => at + 1
const previous: Step = at => at - 1

/** As many whole rows as there are that way, and no column further. */
function byRows(at: number, { total, columns }: Rows, wanted: number): number {
  const rows = wanted > 0 ? Math.floor((total - 1 - at) / columns) : Math.floor(at / columns)
  return at + Math.sign(wanted) * Math.min(Math.abs(wanted), rows) * columns
}

const STEPS: Record<string, Step> = {
  ArrowRight: (at, rows) => (rows.isRightToLeft ? previous : next)(at, rows),
  ArrowLeft: (at, rows) => (rows.isRightToLeft ? next : previous)(at, rows),
  ArrowDown: (at, rows) => byRows(at, rows, 1),
  ArrowUp: (at, rows) => byRows(at, rows, -1),
  PageDown: (at, rows) => byRows(at, rows, rows.rowsAPage),
  PageUp: (at, rows) => byRows(at, rows, -rows.rowsAPage),
  Home: () => 0,
  End: (_, { total }) => total - 1,
}

/** Where that key leads from a shard; undefined for a key that is not the grid's. */
export function stepTo(key: string, at: number, rows: Rows): number | undefined {
  const step = Object.hasOwn(STEPS, key) ? STEPS[key] : undefined
  if (!step || rows.total === 0) return undefined
  return Math.min(Math.max(0, step(at, rows)), rows.total - 1)
}
