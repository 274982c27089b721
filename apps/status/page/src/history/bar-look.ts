import type { UptimeDay } from '@shardlight/status-client'

/** A day of which this much is known is as good as known. */
export const WELL_KNOWN = 0.98

export type BarLook = {
  kind: 'up' | 'partly' | 'down' | 'off' | 'none'
  /** Of the bar's height, how much hangs from above as downtime. */
  downHeight: number
  /** Whether only part of the day is known, so that it must not look like a whole one. */
  isPart: boolean
}

/** An hour in the day is 35% of the bar's height, a minute 9%: in proportion, most outages could not be seen. */
const heightOf = (downShare: number): number => Math.max(0.09, Math.cbrt(downShare))

export function barLook({ upShare, observedShare }: Pick<UptimeDay, 'upShare' | 'observedShare'>): BarLook {
  const isPart = observedShare > 0 && observedShare < WELL_KNOWN
  if (upShare === null) return { kind: observedShare > 0 ? 'off' : 'none', downHeight: 0, isPart }
  if (upShare === 1) return { kind: 'up', downHeight: 0, isPart }
  return { kind: upShare === 0 ? 'down' : 'partly', downHeight: heightOf(1 - upShare), isPart }
}
