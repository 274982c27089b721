import type { Clock } from '@shardlight/service'
import { type RequestBudgetView, TooManyInvalidRequestsError } from './request-budget.ts'
import type { Exchanged } from './slots.ts'
import type { Turn } from './waiting-line.ts'

const NOTHING: Exchanged = {
  granted: [],
  retryInMs: { urgent: 0, background: 0 },
  used: 0,
  invalid: {},
  breakerOpenForMs: 0,
  stoppedForMs: 0,
  blocked: [],
}

/** What the slots told last, as of now. */
export function createSlotNews(clock: Clock) {
  let told = NOTHING
  let toldAtMs = clock.nowMs()
  let blockedUntilMs = new Map<string, number>()
  let worthAtMs = { urgent: 0, background: 0 }

  const leftMs = (forMs: number): number => Math.max(0, toldAtMs + forMs - clock.nowMs())
  const orNull = (forMs: number): number | null => leftMs(forMs) || null
  const worthAsking = ({ urgent }: Turn): number => worthAtMs[urgent ? 'urgent' : 'background']

  return {
    /** @param isOutdated something happened since the slots were asked */
    take(news: Exchanged, { isOutdated }: { isOutdated: boolean }): void {
      told = news
      toldAtMs = clock.nowMs()
      blockedUntilMs = new Map(news.blocked.map(({ route, forMs }) => [route, toldAtMs + forMs]))
      const { urgent, background } = news.retryInMs
      worthAtMs = isOutdated
        ? { urgent: 0, background: 0 }
        : { urgent: toldAtMs + urgent, background: toldAtMs + background }
    },
    takenAtMs: () => toldAtMs,
    isStopped: () => leftMs(told.stoppedForMs) > 0,
    isBlocked: (route: string) => (blockedUntilMs.get(route) ?? 0) > clock.nowMs(),
    isWorthAsking: (turns: Turn[]) => turns.some(turn => worthAsking(turn) <= clock.nowMs()),
    /** When, by what is known, a request that waits may go. */
    nextChangeMs(turns: Turn[]): number {
      const ends = [toldAtMs + told.stoppedForMs, ...blockedUntilMs.values()]
      return Math.min(...turns.map(worthAsking), ...ends.filter(atMs => atMs > clock.nowMs()))
    },
    tooManyInvalid(): TooManyInvalidRequestsError | undefined {
      const closesInMs = leftMs(told.breakerOpenForMs)
      if (closesInMs === 0) return undefined
      return new TooManyInvalidRequestsError({ byStatus: told.invalid, closesInMs })
    },
    view: (): Omit<RequestBudgetView, 'waiting' | 'outage'> => ({
      usedLastSecond: told.used,
      invalidInWindow: Object.values(told.invalid).reduce((sum, count) => sum + count, 0),
      breakerOpenForMs: orNull(told.breakerOpenForMs),
      stoppedForMs: orNull(told.stoppedForMs),
      blockedRoutes: told.blocked
        .map(({ route, forMs }) => ({ route, forMs: leftMs(forMs) }))
        .filter(({ forMs }) => forMs > 0),
    }),
  }
}
