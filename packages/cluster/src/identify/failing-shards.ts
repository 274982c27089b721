import { probeDelayMs } from './ledger/identify-day.ts'

/**
 * Remembers which shards' logins fail in a row, so that one that fails by itself, while others succeed, is tried
 * again ever more slowly: at once, after half a minute, and so on up to five.
 */
export function createFailingShards() {
  const failing = new Map<number, { times: number; lastSentMs: number }>()
  return {
    failed(shardId: number, sentAtMs: number) {
      const times = (failing.get(shardId)?.times ?? 0) + 1
      failing.set(shardId, { times, lastSentMs: sentAtMs })
    },
    succeeded: (shardId: number) => failing.delete(shardId),
    has: (shardId: number): boolean => failing.has(shardId),
    /** When it may try again. */
    nextMs(shardId: number): number {
      const past = failing.get(shardId)
      return past ? past.lastSentMs + probeDelayMs(past.times - 1) : Number.NEGATIVE_INFINITY
    },
  }
}
