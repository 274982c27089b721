/**
 * Measured at 700 changes a second: so many elements take 5 to 10 % of a processor on the main thread; 20,000 take
 * all of it (`npm run bench -- status-page`).
 */
const MOST_ELEMENTS = 2_000

/** Few shards have room for words, many only for a sign; what is drawn on a canvas is smaller still. */
export type GridSize = 'tiles' | 'numbers' | 'dots' | 'specks' | 'dust'

export function sizeFor(total: number): GridSize {
  if (total <= 32) return 'tiles'
  if (total <= 400) return 'numbers'
  if (total <= MOST_ELEMENTS) return 'dots'
  return total <= 8_000 ? 'specks' : 'dust'
}

/** Too many for a phone to show at a glance which are not online. */
export const isMany = (total: number): boolean => total > 64

/** Too many to see at a glance which are not online, on any screen. */
export const isLarge = (total: number): boolean => !['tiles', 'numbers'].includes(sizeFor(total))
