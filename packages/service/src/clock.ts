import { setTimeout as sleep } from 'node:timers/promises'

/** Measures time in a process; passed in, so that a test can let ten thousand seconds pass in one. */
export type Clock = {
  /** Milliseconds from an arbitrary point; never jumps when the wall clock is set. */
  nowMs(): number
  /** Resolves at that moment of `nowMs`, or rejects with the signal's reason. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void>
}

export const monotonicClock: Clock = {
  nowMs: () => performance.now(),
  async sleepUntil(atMs, signal) {
    // A timer may fire up to a millisecond early, and one that is further than 2^31 ms fires at once.
    for (let leftMs = atMs - performance.now(); leftMs > 0; leftMs = atMs - performance.now()) {
      await sleep(Math.min(Math.ceil(leftMs), 2 ** 31 - 1), undefined, { ...(signal && { signal }) })
    }
  },
}
