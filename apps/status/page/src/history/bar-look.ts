import type { UptimeDay } from '@shardlight/status-client'

export type BarLook = {
  kind: 'up' | 'partly' | 'down' | 'off' | 'none'
  /** Of the bar's height, how much hangs from above as downtime. */
  downHeight: number
}

/** An hour in the day is 35% of the bar's height, a minute 9%: in proportion, most outages could not be seen. */
const heightOf = (downShare: number): number => Math.max(0.09, Math.cbrt(downShare))

export function barLook({ upShare, observedShare }: Pick<UptimeDay, 'upShare' | 'observedShare'>): BarLook {
  if (upShare === null) return { kind: observedShare > 0 ? 'off' : 'none', downHeight: 0 }
  if (upShare === 1) return { kind: 'up', downHeight: 0 }
  return { kind: upShare === 0 ? 'down' : 'partly', downHeight: heightOf(1 - upShare) }
}
