export type Backoff = {
  /** How long to wait before the next start, in ms, given how long the last life lasted. */
  nextDelayMs(livedMs: number): number
}

/**
 * Doubles from `firstMs` to `maxMs`, minus up to half of it at random so that processes that died together
 * do not come back together; begins anew after a life of `stableMs`.
 */
export function createBackoff({
  firstMs = 500,
  maxMs = 60_000,
  stableMs = 60_000,
  random = Math.random,
}: {
  firstMs?: number
  maxMs?: number
  stableMs?: number
  random?: () => number
} = {}): Backoff {
  let deaths = 0
  return {
    nextDelayMs(livedMs) {
      deaths = livedMs >= stableMs ? 1 : deaths + 1
      const fullMs = Math.min(maxMs, firstMs * 2 ** (deaths - 1))
      return Math.round(fullMs * (1 - random() / 2))
    },
  }
}
