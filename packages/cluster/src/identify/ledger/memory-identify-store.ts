import { afterSuccess, beginDay, type IdentifyDay, lookAgain, maySpend, spendOne } from './identify-day.ts'
import type { IdentifyStore } from './identify-store.ts'

/** For a cluster without a database: what was spent is forgotten with the process. */
export function createMemoryIdentifyStore({
  share,
  wallMs = Date.now,
}: {
  share: number
  wallMs?: () => number
}): IdentifyStore {
  let kept: IdentifyDay | undefined
  const now = () => kept && { ...kept, nowMs: wallMs() }
  const change = (by: (day: IdentifyDay) => IdentifyDay) => {
    const day = now()
    kept = day && by(day)
    return kept
  }
  return {
    read: async () => now(),
    async look(look) {
      const day = now()
      kept = day ? lookAgain(day, look, share) : beginDay(look, wallMs(), share)
      return kept
    },
    async spend(again) {
      const day = now()
      const granted = day !== undefined && maySpend(day, again)
      return { granted, day: granted ? change(known => spendOne(known, again)) : day }
    },
    succeeded: async () => change(afterSuccess),
    failed: async () => change(day => ({ ...day, failed: day.failed + 1 })),
  }
}
