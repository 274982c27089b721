import type { Clock } from '@shardlight/service'

/** Discord allows one IDENTIFY per bucket in this time: `shard_id % max_concurrency` (docs, "Rate Limiting"). */
const WINDOW_MS = 5_000
/** Between our sending and Discord's receiving lies jitter on both sides; 60 ms proved too little. */
const GUARD_MS = 250
/** A holder that neither sends nor gives back has probably sent. */
const SENT_TIMEOUT_MS = 10_000

export type Permit = {
  /** Resolves when the IDENTIFY may be sent now. */
  granted: Promise<void>
  /** The IDENTIFY left; the bucket's window begins. */
  sent(): void
  /** The holder no longer wants it, or died; after a grant it counts as sent, since it may have been. */
  release(): void
}

export type IdentifyBroker = {
  request(shardId: number): Permit
  /** IDENTIFYs left in Discord's day. */
  left(): number
}

type Wanted = { state: 'waiting' | 'granted' | 'over'; grant: () => void }
type Bucket = { queue: Wanted[]; holder: Wanted | undefined; freeAtMs: number; asleep: boolean }

/**
 * Permits to IDENTIFY: in order within a bucket, spaced from the moment of sending, never more than Discord's
 * daily budget. Buckets do not wait for each other.
 */
export function createIdentifyBroker({
  maxConcurrency,
  identifiesLeft,
  resetAfterMs,
  identifiesPerDay = identifiesLeft,
  clock,
}: {
  maxConcurrency: number
  identifiesLeft: number
  /** When the day's count begins anew. */
  resetAfterMs: number
  identifiesPerDay?: number
  clock: Clock
}): IdentifyBroker {
  const buckets = new Map<number, Bucket>()
  let left = identifiesLeft
  let resetAtMs = clock.nowMs() + resetAfterMs

  const renewDay = () => {
    if (clock.nowMs() < resetAtMs) return
    left = identifiesPerDay
    resetAtMs = clock.nowMs() + 24 * 3_600_000
  }

  const wake = async (bucket: Bucket, atMs: number) => {
    if (bucket.asleep) return
    bucket.asleep = true
    await clock.sleepUntil(atMs)
    bucket.asleep = false
    serve(bucket)
  }

  const close = (bucket: Bucket, wanted: Wanted) => {
    wanted.state = 'over'
    if (bucket.holder !== wanted) return
    bucket.holder = undefined
    bucket.freeAtMs = clock.nowMs() + WINDOW_MS + GUARD_MS
    serve(bucket)
  }

  function serve(bucket: Bucket): void {
    renewDay()
    const next = bucket.queue[0]
    if (next === undefined || bucket.holder) return
    if (left <= 0) return void wake(bucket, resetAtMs)
    if (clock.nowMs() < bucket.freeAtMs) return void wake(bucket, bucket.freeAtMs)
    bucket.queue.shift()
    bucket.holder = next
    left -= 1
    next.state = 'granted'
    next.grant()
    void clock.sleepUntil(clock.nowMs() + SENT_TIMEOUT_MS).then(() => close(bucket, next))
  }

  return {
    request(shardId) {
      const key = shardId % maxConcurrency
      const bucket = buckets.get(key) ?? { queue: [], holder: undefined, freeAtMs: 0, asleep: false }
      buckets.set(key, bucket)
      const { promise, resolve } = Promise.withResolvers<void>()
      const wanted: Wanted = { state: 'waiting', grant: resolve }
      bucket.queue.push(wanted)
      serve(bucket)
      return {
        granted: promise,
        sent: () => close(bucket, wanted),
        release() {
          bucket.queue = bucket.queue.filter(other => other !== wanted)
          close(bucket, wanted)
        },
      }
    },
    left() {
      renewDay()
      return left
    },
  }
}
