import { type Clock, reasonOf } from '@shardlight/service'
import type { RequestBudget, RequestOutcome } from './request-budget.ts'
import { createSlotNews } from './slot-news.ts'
import type { Slots } from './slots.ts'
import { createWaitingLine, type Turn, type Waiting } from './waiting-line.ts'

const MOST_WAITING = 10_000
/** How long a request waits for slots that cannot be asked for. */
const PATIENCE_MS = 15_000
const RETRY_MS = 250
/** Of an outage; older ones are forgotten. */
const MOST_OUTCOMES = 1_000

/** Serves who waits in this manager, in order, from slots that other managers may share. */
export function startRequestBudget({
  slots,
  clock,
  mostWaiting = MOST_WAITING,
  patienceMs = PATIENCE_MS,
  onTrouble = () => {},
}: {
  slots: Slots
  clock: Clock
  mostWaiting?: number
  patienceMs?: number
  /** Called at the start of each outage of the slots. */
  onTrouble?: (error: unknown) => void
}): RequestBudget {
  const line = createWaitingLine({ most: mostWaiting })
  const news = createSlotNews(clock)
  const closing = new AbortController()
  let wake = new AbortController()
  let outcomes: { outcome: RequestOutcome; atMs: number }[] = []
  let outage: { sinceMs: number; error: unknown } | undefined

  const closedError = (route: string) => new Error(`${route} was not sent: the request budget is closed`)

  function refuse(waiting: Waiting, error: unknown): void {
    if (line.remove(waiting)) waiting.refuse(error)
  }

  const keepOutcome = (outcome: RequestOutcome) => outcomes.push({ outcome, atMs: clock.nowMs() })

  /** Outcomes may have waited for the end of an outage; their times are told as of now. */
  const toldNow = (): RequestOutcome[] =>
    outcomes.map(({ outcome, atMs }) =>
      outcome.retryAfterMs === undefined
        ? outcome
        : { ...outcome, retryAfterMs: Math.max(0, outcome.retryAfterMs - (clock.nowMs() - atMs)) },
    )

  async function exchange(turns: Turn[]): Promise<void> {
    const told = outcomes.length
    const wishes = turns.map(({ waiting: { wish }, urgent }) => ({ id: wish.id, route: wish.route, urgent }))
    const exchanged = await slots.exchange({ outcomes: toldNow(), wishes })
    outage = undefined
    outcomes = outcomes.slice(told)
    news.take(exchanged, { isOutdated: outcomes.length > 0 })
    const granted = new Set(exchanged.granted)
    for (const { waiting } of turns) {
      const { id, route } = waiting.wish
      if (!granted.has(id)) continue
      if (line.granted(waiting)) waiting.grant()
      // It was given up meanwhile, and will not leave.
      else keepOutcome({ id, route, status: null })
    }
    const tooMany = news.tooManyInvalid()
    if (tooMany) for (const waiting of line.all()) refuse(waiting, tooMany)
  }

  /** Nothing is let go that nobody counts: who has waited too long hears why. */
  function failClosed(error: unknown, sinceMs: number): void {
    if (!outage) onTrouble(error)
    outage = { sinceMs: outage?.sinceMs ?? sinceMs, error }
    outcomes = outcomes.slice(-MOST_OUTCOMES)
    const reason = error instanceof Error ? error.message : String(error)
    for (const waiting of line.all()) {
      if (clock.nowMs() - Math.max(waiting.sinceMs, outage.sinceMs) < patienceMs) continue
      // Without the cause: discord.js takes some words, such as ECONNRESET, for a reason to try again.
      refuse(
        waiting,
        new Error(`${waiting.wish.route} was not sent after ${patienceMs / 1_000} s: ${reason}`),
      )
    }
  }

  async function serve(): Promise<void> {
    while (!closing.signal.aborted) {
      wake = new AbortController()
      const nowMs = clock.nowMs()
      const turns = news.isStopped() ? [] : line.turns(news.isBlocked)
      const isOld = nowMs >= news.takenAtMs() + slots.newsEveryMs
      if (news.isWorthAsking(turns) || outcomes.length > 0 || isOld) {
        try {
          await exchange(turns)
        } catch (error) {
          failClosed(error, nowMs)
          await clock.sleepUntil(clock.nowMs() + RETRY_MS, closing.signal).catch(() => {})
        }
        continue
      }
      const nextMs = Math.min(news.takenAtMs() + slots.newsEveryMs, news.nextChangeMs(turns))
      await clock.sleepUntil(nextMs, wake.signal).catch(() => {})
    }
  }

  const serving = serve()
  return {
    async take(wish, signal) {
      signal?.throwIfAborted()
      if (closing.signal.aborted) throw closedError(wish.route)
      const tooMany = news.tooManyInvalid()
      if (tooMany) throw tooMany
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const waiting: Waiting = { wish, sinceMs: clock.nowMs(), grant: resolve, refuse: reject }
      const giveUp = () => refuse(waiting, signal?.reason)
      line.add(waiting)
      signal?.addEventListener('abort', giveUp)
      wake.abort()
      try {
        await promise
      } finally {
        signal?.removeEventListener('abort', giveUp)
      }
    },
    report(outcome) {
      keepOutcome(outcome)
      wake.abort()
    },
    view: () => ({
      ...news.view(),
      waiting: line.waiting(),
      outage: outage ? reasonOf(outage.error) : null,
    }),
    async [Symbol.asyncDispose]() {
      closing.abort()
      wake.abort()
      await serving
      for (const waiting of line.all()) refuse(waiting, closedError(waiting.wish.route))
      await slots[Symbol.asyncDispose]()
    },
  }
}
