import { setTimeout as sleep } from 'node:timers/promises'
import { type ChangeStore, dayOf } from '@shardlight/recent-changes'
import { type Log, reasonOf } from '@shardlight/service'

const DAY_MS = 86_400_000
const EVERY_MS = 3_600_000
const RETRY_MS = 10_000
const DAYS_AHEAD = 2

/** Makes the partitions of the next days ahead of time and drops those that were kept long enough. */
export function startRetention({
  changes,
  keptDays,
  log,
  nowMs = Date.now,
}: {
  changes: ChangeStore
  keptDays: number
  log: Log
  nowMs?: () => number
}): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping
  const dayIn = (days: number) => dayOf(new Date(nowMs() + days * DAY_MS))

  async function run(): Promise<void> {
    while (!signal.aborted) {
      let waitMs = EVERY_MS
      try {
        await changes.ensureDays(Array.from({ length: DAYS_AHEAD + 1 }, (_, days) => dayIn(days)))
        const dropped = await changes.dropBefore(dayIn(1 - keptDays))
        if (dropped > 0) log.info({ days: dropped }, 'old events were dropped; their counts stay')
      } catch (error) {
        waitMs = RETRY_MS
        log.warn({ reason: reasonOf(error) }, 'partitions could not be looked after, trying again')
      }
      await sleep(waitMs, undefined, { signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
