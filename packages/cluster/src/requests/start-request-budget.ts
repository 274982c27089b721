import type { Clock } from '@shardlight/service'
import { type RequestBudget, type RequestOutcome, TooManyInvalidRequestsError } from './request-budget.ts'
import type { Exchanged, Slots } from './slots.ts'
import { createWaitingLine, type Turn, type Waiting } from './waiting-line.ts'

const MOST_WAITING = 10_000
/** How long a request waits for slots that cannot be asked for. */
const PATIENCE_MS = 15_000
const RETRY_MS = 250
/** Outcomes of an outage; those beyond are forgotten. */
const MOST_OUTCOMES = 1_000

const NOTHING: Exchanged = {
  granted: [],
  retryInMs: { urgent: 0, background: 0 },
  used: 0,
  invalid: {},
  breakerOpenForMs: 0,
  stoppedForMs: 0,
  blocked: [],
}

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
  const closing = new AbortController()
  let wake = new AbortController()
  let outcomes: { outcome: RequestOutcome; atMs: number }[] = []
  let known = NOTHING
  let knownAtMs = clock.nowMs()
  /** Before these moments asking again is of no use; an outcome changes that. */
  let worthAtMs = { urgent: 0, background: 0 }
  let outage: { sinceMs: number; error: unknown } | undefined

  const leftMs = (forMs: number): number => Math.max(0, knownAtMs + forMs - clock.nowMs())

  const tooManyInvalid = (): TooManyInvalidRequestsError | undefined => {
    const closesInMs = leftMs(known.breakerOpenForMs)
    return closesInMs > 0
      ? new TooManyInvalidRequestsError({ byStatus: known.invalid, closesInMs })
      : undefined
  }

  function refuse(waiting: Waiting, error: unknown): void {
    if (line.remove(waiting)) waiting.refuse(error)
  }

  /** Outcomes may have waited for the end of an outage; their times are told as of now. */
  const toldNow = (nowMs: number): RequestOutcome[] =>
    outcomes.map(({ outcome, atMs }) =>
      outcome.retryAfterMs === undefined
        ? outcome
        : { ...outcome, retryAfterMs: Math.max(0, outcome.retryAfterMs - (nowMs - atMs)) },
    )

  async function exchange(turns: Turn[]): Promise<void> {
    const told = outcomes.length
    const wishes = turns.map(({ waiting: { wish }, urgent }) => ({ id: wish.id, route: wish.route, urgent }))
    known = await slots.exchange({ outcomes: toldNow(clock.nowMs()), wishes })
    knownAtMs = clock.nowMs()
    outage = undefined
    const isNews = outcomes.length > told
    outcomes = outcomes.slice(told)
    const { urgent, background } = known.retryInMs
    worthAtMs = isNews
      ? { urgent: 0, background: 0 }
      : { urgent: knownAtMs + urgent, background: knownAtMs + background }
    const granted = new Set(known.granted)
    for (const { waiting } of turns) {
      if (!granted.has(waiting.wish.id)) continue
      if (line.granted(waiting)) waiting.grant()
      // It was given up meanwhile, and will not leave.
      else outcomes.push({ outcome: { ...waiting.wish, status: null }, atMs: knownAtMs })
    }
  }

  /** Nothing is let go that nobody counts: who has waited too long hears why. */
  function failClosed(error: unknown): void {
    const nowMs = clock.nowMs()
    if (!outage) onTrouble(error)
    outage = { sinceMs: outage?.sinceMs ?? nowMs, error }
    outcomes = outcomes.slice(-MOST_OUTCOMES)
    const reason = error instanceof Error ? error.message : String(error)
    for (const waiting of line.all()) {
      const waitedMs = nowMs - Math.max(waiting.sinceMs, outage.sinceMs)
      if (waitedMs < patienceMs) continue
      refuse(
        waiting,
        new Error(`${waiting.wish.route} was not sent after ${patienceMs / 1_000} s: ${reason}`, {
          cause: error,
        }),
      )
    }
  }

  const sleepUntil = (atMs: number, signal: AbortSignal) => clock.sleepUntil(atMs, signal).catch(() => {})

  async function serve(): Promise<void> {
    while (!closing.signal.aborted) {
      wake = new AbortController()
      const nowMs = clock.nowMs()
      const blockedUntilMs = new Map(known.blocked.map(({ route, forMs }) => [route, knownAtMs + forMs]))
      const isStopped = leftMs(known.stoppedForMs) > 0
      const turns = isStopped ? [] : line.turns(route => (blockedUntilMs.get(route) ?? 0) > nowMs)
      const newsAtMs = knownAtMs + slots.newsEveryMs
      const isWorth = turns.some(({ urgent }) => worthAtMs[urgent ? 'urgent' : 'background'] <= nowMs)
      if (isWorth || outcomes.length > 0 || newsAtMs <= nowMs) {
        try {
          await exchange(turns)
          const tooMany = tooManyInvalid()
          if (tooMany) for (const waiting of line.all()) refuse(waiting, tooMany)
        } catch (error) {
          failClosed(error)
          await sleepUntil(clock.nowMs() + RETRY_MS, closing.signal)
        }
        continue
      }
      const worth = turns.map(({ urgent }) => worthAtMs[urgent ? 'urgent' : 'background'])
      const unblocked = line.isEmpty() ? [] : [...blockedUntilMs.values()].filter(atMs => atMs > nowMs)
      const stopped = isStopped ? [knownAtMs + known.stoppedForMs] : []
      const nextMs = Math.min(newsAtMs, ...worth, ...unblocked, ...stopped)
      await sleepUntil(nextMs, AbortSignal.any([wake.signal, closing.signal]))
    }
  }

  const serving = serve()
  return {
    async take(wish, signal) {
      signal?.throwIfAborted()
      if (closing.signal.aborted) throw new Error(`${wish.route} was not sent: the request budget is closed`)
      const tooMany = tooManyInvalid()
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
      outcomes.push({ outcome, atMs: clock.nowMs() })
      wake.abort()
    },
    view() {
      const orNull = (forMs: number) => (leftMs(forMs) > 0 ? leftMs(forMs) : null)
      const { invalid, used, blocked } = known
      return {
        waiting: line.waiting(),
        usedLastSecond: used,
        invalidInWindow: Object.values(invalid).reduce((sum, count) => sum + count, 0),
        breakerOpenForMs: orNull(known.breakerOpenForMs),
        stoppedForMs: orNull(known.stoppedForMs),
        blockedRoutes: blocked
          .map(({ route, forMs }) => ({ route, forMs: leftMs(forMs) }))
          .filter(({ forMs }) => forMs > 0),
        outage: outage ? String(outage.error) : null,
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await serving
      for (const waiting of line.all())
        refuse(waiting, new Error(`${waiting.wish.route} was not sent: the request budget is closed`))
      await slots[Symbol.asyncDispose]()
    },
  }
}
