import type { ShardHistoryAnswer, ShardSlotState } from '@shardlight/status-client'

export type Slot = ShardHistoryAnswer['slots'][number]

/** Neighbours that look the same are drawn as one. */
export type Run = { from: number; length: number; state: ShardSlotState; upShare: number | null }

export function runsOf(slots: readonly Slot[]): Run[] {
  const runs: Run[] = []
  for (const [from, { state, upShare }] of slots.entries()) {
    const last = runs.at(-1)
    if (last && last.state === state && last.upShare === upShare) last.length += 1
    else runs.push({ from, length: 1, state, upShare })
  }
  return runs
}

export type ShardSummary = {
  /** Over the slots that are known; undefined when none is. */
  upShare: number | undefined
  knownMs: number
  /** Time in which it was down, when that began last, and how many times it did. */
  downMs: number
  lastDownAtMs: number | undefined
  spells: number
}

export function summaryOf({
  slots,
  slotSeconds,
}: Pick<ShardHistoryAnswer, 'slots' | 'slotSeconds'>): ShardSummary {
  const slotMs = slotSeconds * 1000
  const known = slots.flatMap(({ upShare }) => (upShare === null ? [] : [upShare]))
  const isDown = (slot: Slot | undefined) => slot !== undefined && slot.upShare !== null && slot.upShare < 1
  const begins = slots.filter((slot, at) => isDown(slot) && !isDown(slots[at - 1]))
  const upMs = known.reduce((sum, share) => sum + share * slotMs, 0)
  return {
    upShare: known.length > 0 ? upMs / (known.length * slotMs) : undefined,
    knownMs: slots.filter(({ state }) => state !== null).length * slotMs,
    downMs: known.length * slotMs - upMs,
    lastDownAtMs: begins.at(-1)?.fromMs,
    spells: begins.length,
  }
}

/** 0.57 times 10,000 is a little less than 5,700. */
const NOISE = 1e-6

/** Never rounded up: only what was up all the time is 100 %. */
export const floored = (share: number, digits = 2): number => {
  const steps = 10 ** (digits + 2)
  return share >= 1 ? 1 : Math.min(steps - 1, Math.floor(share * steps + NOISE)) / steps
}
