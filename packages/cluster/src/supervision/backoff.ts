export type Backoff = {
  /** How long to wait before the next start, in ms, given how long the last life lasted. */
  nextDelayMs(livedMs: number): number
  /** It has died so often and so quickly that it is tried only now and then. */
  isDegraded(): boolean
  /** Somebody has mended what was wrong: begin anew. */
  reset(): void
}

/** Deaths in a row, each after a short life, after which it is no longer tried quickly. */
const QUICK_DEATHS = 4

/**
 * Doubles from `firstMs`, minus up to half of it at random so that processes that died together do not come back
 * together; after four quick deaths every `degradedMs`; begins anew after a life of `stableMs`.
 */
export function createBackoff({
  firstMs = 500,
  degradedMs = 5 * 60_000,
  stableMs = 60_000,
  random = Math.random,
}: {
  firstMs?: number
  degradedMs?: number
  stableMs?: number
  random?: () => number
} = {}): Backoff {
  let deaths = 0
  return {
    nextDelayMs(livedMs) {
      deaths = livedMs >= stableMs ? 1 : deaths + 1
      const fullMs = deaths >= QUICK_DEATHS ? degradedMs : firstMs * 2 ** (deaths - 1)
      return Math.round(fullMs * (1 - random() / 2))
    },
    isDegraded: () => deaths >= QUICK_DEATHS,
    reset() {
      deaths = 0
    },
  }
}
