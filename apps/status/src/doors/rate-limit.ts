/** More addresses than that at once are an attack; the one that was heard of longest ago is forgotten then. */
const MOST_ADDRESSES = 20_000

type Bucket = { left: number; atMs: number }

/** So many a minute by address; all of a minute's may be taken at once, and then they trickle in. */
export type RateLimit = {
  /** Takes one. Answers after how many seconds there will be one when there is none now, else 0. */
  take(address: string): number
  /** The same, taking nothing. */
  secondsUntilFree(address: string): number
  readonly size: number
}

/** `perMinute` 0 is no limit. Memory is bounded whoever comes. */
export function createRateLimit({
  perMinute,
  nowMs,
  mostAddresses = MOST_ADDRESSES,
}: {
  perMinute: number
  nowMs: () => number
  mostAddresses?: number
}): RateLimit {
  const perMs = perMinute / 60_000
  // In the order in which they were last heard of.
  const buckets = new Map<string, Bucket>()

  const leftOf = ({ left, atMs }: Bucket, now: number) => Math.min(perMinute, left + (now - atMs) * perMs)

  const secondsUntilOne = (left: number) =>
    left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000))

  return {
    take(address) {
      if (perMinute === 0) return 0
      const now = nowMs()
      const known = buckets.get(address)
      const left = known ? leftOf(known, now) : perMinute
      buckets.delete(address)
      const waitSeconds = secondsUntilOne(left)
      buckets.set(address, { left: waitSeconds === 0 ? left - 1 : left, atMs: now })
      if (buckets.size > mostAddresses) {
        const oldest = buckets.keys().next()
        if (!oldest.done) buckets.delete(oldest.value)
      }
      return waitSeconds
    },
    secondsUntilFree(address) {
      const known = buckets.get(address)
      return known ? secondsUntilOne(leftOf(known, nowMs())) : 0
    },
    get size() {
      return buckets.size
    },
  }
}
