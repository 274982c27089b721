import type { Clock } from '@shardlight/service'
import type { RequestOutcome } from './request-budget.ts'
import { type Exchanged, isInvalid, LIMITS, type Limits, type Slots, type SlotWish } from './slots.ts'

/** The slots of a bot with one manager. */
export function createMemorySlots({ clock, limits = LIMITS }: { clock: Clock; limits?: Limits }): Slots {
  const freeAtMs = new Map<string, number>()
  const blockedUntilMs = new Map<string, number>()
  let invalid: { atMs: number; status: number }[] = []
  let stoppedUntilMs = 0
  let backgroundAtMs = 0

  function forget(nowMs: number): void {
    for (const [id, atMs] of freeAtMs) if (atMs <= nowMs) freeAtMs.delete(id)
    for (const [route, untilMs] of blockedUntilMs) if (untilMs <= nowMs) blockedUntilMs.delete(route)
    const kept = invalid.findIndex(({ atMs }) => atMs > nowMs - limits.invalidWindowMs)
    invalid = kept < 0 ? [] : invalid.slice(kept)
  }

  function note(outcome: RequestOutcome, nowMs: number): void {
    const heldUntilMs = freeAtMs.get(outcome.id)
    if (heldUntilMs !== undefined) freeAtMs.set(outcome.id, Math.min(heldUntilMs, nowMs + limits.windowMs))
    const { route, status, scope, retryAfterMs = 0 } = outcome
    if (status !== null && isInvalid(outcome)) invalid.push({ atMs: nowMs, status })
    if (status !== 429) return
    const untilMs = nowMs + retryAfterMs
    if (scope === 'global') stoppedUntilMs = Math.max(stoppedUntilMs, untilMs)
    else blockedUntilMs.set(route, Math.max(blockedUntilMs.get(route) ?? 0, untilMs))
  }

  const breakerOpenForMs = (nowMs: number): number => {
    const decisive = invalid[invalid.length - limits.invalidMost]
    return decisive ? decisive.atMs + limits.invalidWindowMs - nowMs : 0
  }

  /** @returns 0 where it is granted, or when to ask again. */
  function waitOf({ id, urgent }: SlotWish, nowMs: number): number {
    if (freeAtMs.has(id)) return 0
    const room = urgent ? limits.slots : limits.slots - limits.reservedForAnswers
    const over = freeAtMs.size - room
    if (over >= 0) return ([...freeAtMs.values()].toSorted((a, b) => a - b)[over] ?? nowMs) - nowMs
    return urgent ? 0 : Math.max(0, backgroundAtMs + limits.backgroundEveryMs - nowMs)
  }

  return {
    newsEveryMs: 1_000,
    async exchange({ outcomes, wishes }): Promise<Exchanged> {
      const nowMs = clock.nowMs()
      for (const outcome of outcomes) note(outcome, nowMs)
      forget(nowMs)
      const openForMs = breakerOpenForMs(nowMs)
      const stoppedForMs = Math.max(0, stoppedUntilMs - nowMs)
      const granted: string[] = []
      const retryInMs = { urgent: 0, background: 0 }
      for (const wish of openForMs > 0 || stoppedForMs > 0 ? [] : wishes) {
        if (blockedUntilMs.has(wish.route)) continue
        const waitMs = waitOf(wish, nowMs)
        if (waitMs > 0) {
          retryInMs[wish.urgent ? 'urgent' : 'background'] = waitMs
          continue
        }
        freeAtMs.set(wish.id, nowMs + limits.arrivalMs + limits.windowMs)
        if (!wish.urgent) backgroundAtMs = nowMs
        granted.push(wish.id)
      }
      const byStatus: Record<string, number> = {}
      for (const { status } of invalid) byStatus[status] = (byStatus[status] ?? 0) + 1
      return {
        granted,
        retryInMs,
        used: freeAtMs.size,
        invalid: byStatus,
        breakerOpenForMs: openForMs,
        stoppedForMs,
        blocked: [...blockedUntilMs].map(([route, untilMs]) => ({ route, forMs: untilMs - nowMs })),
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
