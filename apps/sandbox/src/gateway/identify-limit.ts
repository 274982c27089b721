import type { Clock } from '@shardlight/service'
import type { Rules } from '../rules.ts'
import type { Settings } from '../settings.ts'

export type IdentifyLimit = ReturnType<typeof createIdentifyLimit>

/** One IDENTIFY per bucket and window, and so many a day. */
export function createIdentifyLimit({
  rules,
  settings,
  clock,
}: {
  rules: Rules
  settings: Settings
  clock: Clock
}) {
  const lastByBucket = new Map<number, number>()
  let used = 0
  let resetsAtMs = 0

  function roll(): void {
    if (clock.nowMs() < resetsAtMs) return
    used = 0
    resetsAtMs = clock.nowMs() + rules.identifyBudgetWindowMs
  }

  return {
    /** False once the day's budget is spent. */
    spend(): boolean {
      roll()
      used++
      return used <= settings.identifyBudget
    },

    /** Whether the bucket is free; if so it is taken. */
    take(shardId: number): boolean {
      const bucket = shardId % settings.maxConcurrency
      const last = lastByBucket.get(bucket)
      if (last !== undefined && clock.nowMs() - last < settings.identifyWindowMs) return false
      lastByBucket.set(bucket, clock.nowMs())
      return true
    },

    sessionStartLimit() {
      roll()
      return {
        total: settings.identifyBudget,
        remaining: Math.max(0, settings.identifyBudget - used),
        reset_after: Math.max(0, Math.round(resetsAtMs - clock.nowMs())),
        max_concurrency: settings.maxConcurrency,
      }
    },

    /** The day's budget is whole again after this time. */
    resetIn(ms: number): void {
      roll()
      resetsAtMs = clock.nowMs() + ms
    },

    refill(): void {
      used = 0
    },
  }
}
