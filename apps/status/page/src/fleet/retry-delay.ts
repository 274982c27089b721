const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 15_000

/**
 * How long to wait after that many vain attempts. Anything up to a bound that doubles: a restart of the API cuts all
 * viewers off in one moment, and they must not come back in one.
 */
export const retryDelayMs = (attempts: number, random: () => number = Math.random): number =>
  Math.round(random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts))
