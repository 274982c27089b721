import type { Clock } from '@shardlight/service'

export type Ledger = ReturnType<typeof createLedger>

/** What the bot did since the sandbox started. */
export function createLedger(clock: Clock) {
  const byShard: Record<string, number> = {}
  const identifies = { total: 0, byShard, tooEarly: 0 }
  const byStatus: Record<string, number> = {}
  const events = { resumes: 0, dispatched: 0, doubled: 0, missed: 0, commandWrites: 0 }
  const rest = { total: 0, maxPerSecond: 0, invalid: 0, unknown: 0, repeatedNonces: 0, repeatedAnswers: 0 }
  /** When each counted request of the past second came; those before `oldest` have left it. */
  const recent: number[] = []
  let oldest = 0

  return {
    identifies,
    events,
    rest,
    byStatus,

    identify(shardId: number): void {
      identifies.total++
      identifies.byShard[shardId] = (identifies.byShard[shardId] ?? 0) + 1
    },

    /** @param counted false for the interaction endpoints, which the 50 a second leave out. */
    request(counted: boolean): void {
      rest.total++
      if (!counted) return
      const nowMs = clock.nowMs()
      recent.push(nowMs)
      while ((recent[oldest] ?? nowMs) <= nowMs - 1_000) oldest++
      if (oldest > 10_000) {
        recent.splice(0, oldest)
        oldest = 0
      }
      rest.maxPerSecond = Math.max(rest.maxPerSecond, recent.length - oldest)
    },

    answered(status: number): void {
      byStatus[status] = (byStatus[status] ?? 0) + 1
    },
  }
}
