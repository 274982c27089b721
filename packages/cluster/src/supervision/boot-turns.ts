import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'

/**
 * As many processes boot at a time as there are processors, and one more: together they would not be sooner, and each
 * would be so slow that it seems to hang.
 */
export const createBootTurns = (atOnce = availableParallelism() + 1) => {
  const limit = pLimit(atOnce)
  return <T>(boot: () => Promise<T>): Promise<T> => limit(boot)
}
