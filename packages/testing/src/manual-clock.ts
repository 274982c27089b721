import type { Clock } from '@shardlight/service'

type Sleeper = { atMs: number; wake: () => void }

/** A clock that stands still until told: `advance` lets every sleeper wake in order, so hours pass in an instant. */
export function createManualClock(): Clock & { advance(byMs: number): Promise<void> } {
  let nowMs = 0
  let sleepers: Sleeper[] = []

  /** Lets everything that a wake-up set off come to rest before time goes on. */
  const settle = () => new Promise<void>(resolve => setImmediate(resolve))

  return {
    nowMs: () => nowMs,
    sleepUntil(atMs, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (atMs <= nowMs) return Promise.resolve()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const giveUp = () => {
        sleepers = sleepers.filter(other => other !== sleeper)
        reject(signal?.reason)
      }
      const sleeper = {
        atMs,
        wake() {
          signal?.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      sleepers.push(sleeper)
      signal?.addEventListener('abort', giveUp)
      return promise
    },
    async advance(byMs) {
      const endMs = nowMs + byMs
      await settle()
      for (;;) {
        const next = sleepers.toSorted((a, b) => a.atMs - b.atMs)[0]
        if (!next || next.atMs > endMs) break
        sleepers = sleepers.filter(other => other !== next)
        nowMs = next.atMs
        next.wake()
        await settle()
      }
      nowMs = endMs
    },
  }
}
