import { setTimeout as sleep } from 'node:timers/promises'

/** For a stop that must not hang with what it stops: resolves when the work is over, or that long later without it. */
export async function waitAtMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController()
  const timeUp = sleep(ms, undefined, { signal: timer.signal }).catch(() => {})
  await Promise.race([work, timeUp])
  timer.abort()
}
