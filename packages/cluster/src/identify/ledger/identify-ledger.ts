import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { TURN_TIMES, type TurnTimes } from '../turns/identify-turns.ts'
import { answeredWithin } from './answered-within.ts'
import { type IdentifyDay, type Look, maySpend, probeAtMs } from './identify-day.ts'
import type { IdentifyStore } from './identify-store.ts'
import { type Refusal, refusalOf } from './refusal.ts'

const READ_EVERY_MS = 15_000
/** While somebody waits: another manager's success may open the way. */
const READ_WHEN_WAITING_MS = 2_000
/** Other programs with the same token spend too. */
const LOOK_EVERY_MS = 600_000
const RETRY_MS = 1_000
/** A database that does not answer in this time is one that cannot be reached. */
const ANSWER_MS = 3_000

export type IdentifyLedger = AsyncDisposable & {
  /** Why no login may be spent now, as far as is known; `again` when the shard's own last login failed. */
  refusal(again: boolean): Refusal | undefined
  /** Resolves when there is no refusal any more. */
  open(again: boolean, signal: AbortSignal): Promise<void>
  /** Spends one; false when it may not, and then `refusal` says why. */
  spend(again: boolean): Promise<boolean>
  succeeded(): void
  failed(): void
  /** As last read, with the time that passed since. */
  day(): IdentifyDay | undefined
  /**
   * For how long the last permit, whoever was given it, may still matter to the next of its bucket.
   * @throws when the record cannot be read
   */
  quietMs(times?: TurnTimes): Promise<number>
}

/**
 * Follows Discord's day in its store and looks again at what Discord says now and then. It fails closed: while the
 * store cannot be reached, or the day is over and Discord does not answer, there is a refusal; it goes by itself.
 */
export function startIdentifyLedger({
  store,
  look,
  clock,
  log,
}: {
  store: IdentifyStore
  look: (signal: AbortSignal) => Promise<Look>
  clock: Clock
  log: Log
}): IdentifyLedger {
  const stopping = new AbortController()
  const waiting = new Set<() => void>()
  let known: { day: IdentifyDay; atMs: number } | undefined
  let trouble: Refusal | undefined = { why: 'unknown' }
  let nudge = new AbortController()
  let last: Promise<unknown> = Promise.resolve()
  /** What the store has not been told yet. */
  let owed: (() => Promise<IdentifyDay | undefined>)[] = []

  const day = () => known && { ...known.day, nowMs: known.day.nowMs + clock.nowMs() - known.atMs }

  const announce = () => {
    for (const wake of waiting) wake()
  }
  const remember = (read: IdentifyDay | undefined) => {
    known = read && { day: read, atMs: clock.nowMs() }
    announce()
  }

  /** One at a time, in order: what is remembered is then always the newest. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = last.then(async () => {
      for (let [next] = owed; next; [next] = owed) {
        remember(await answeredWithin(clock, ANSWER_MS, next()))
        owed = owed.slice(1)
      }
      return answeredWithin(clock, ANSWER_MS, run())
    })
    last = turn.catch(() => {})
    return turn
  }

  const fail = (why: 'database' | 'discord', error: unknown) => {
    if (trouble?.why !== why) log.error({ err: error }, `no shard may log in: ${why} does not answer`)
    trouble = { why, detail: reasonOf(error) }
    announce()
  }

  async function lookAround(): Promise<void> {
    let read: IdentifyDay | undefined
    let seen: Look | undefined
    try {
      read = await inTurn(() => store.read())
    } catch (error) {
      return fail('database', error)
    }
    const isOver = read === undefined || read.resetsAtMs <= read.nowMs
    if (!read || isOver || read.nowMs - read.seenAtMs >= LOOK_EVERY_MS) {
      try {
        seen = await look(stopping.signal)
      } catch (error) {
        if (isOver) return fail('discord', error)
        log.warn({ reason: reasonOf(error) }, 'Discord does not say how many logins are left')
      }
    }
    try {
      const newest = seen
      if (newest) read = await inTurn(() => store.look(newest))
    } catch (error) {
      return fail('database', error)
    }
    if (trouble && trouble.why !== 'unknown') log.info('shards may log in again')
    trouble = undefined
    remember(read)
  }

  function restMs(): number {
    const now = day()
    if (trouble || !now) return RETRY_MS
    const due = [now.resetsAtMs, probeAtMs(now)].map(atMs => atMs - now.nowMs).filter(ms => ms > 0)
    return Math.min(waiting.size > 0 ? READ_WHEN_WAITING_MS : READ_EVERY_MS, ...due)
  }

  async function keepUp(): Promise<void> {
    while (!stopping.signal.aborted) {
      await lookAround()
      const signal = AbortSignal.any([stopping.signal, nudge.signal])
      await clock.sleepUntil(clock.nowMs() + restMs(), signal).catch(() => {})
      if (nudge.signal.aborted) nudge = new AbortController()
    }
  }
  const kept = keepUp()

  const refusal = (again: boolean) => trouble ?? refusalOf(day(), again)

  const report = (tell: () => Promise<IdentifyDay | undefined>) => {
    owed.push(tell)
    // What could not be told stays owed.
    void inTurn(async () => {}).catch(error => {
      fail('database', error)
      nudge.abort()
    })
  }

  return {
    refusal,
    day,
    async open(again, signal) {
      let wake = () => {}
      const wakeUp = () => wake()
      waiting.add(wakeUp)
      signal.addEventListener('abort', wakeUp)
      try {
        while (!signal.aborted && refusal(again)) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      } finally {
        waiting.delete(wakeUp)
        signal.removeEventListener('abort', wakeUp)
      }
      signal.throwIfAborted()
    },
    async spend(again) {
      if (refusal(again)) return false
      try {
        const answer = await inTurn(() => store.spend(again))
        remember(answer.day)
        // The day is over, or there is something to wait for sooner than was thought.
        if (!answer.granted || (answer.day && !maySpend(answer.day, again))) nudge.abort()
        return answer.granted
      } catch (error) {
        fail('database', error)
        nudge.abort()
        return false
      }
    },
    succeeded: () => report(() => store.succeeded()),
    failed: () => report(() => store.failed()),
    async quietMs({ windowMs, guardMs } = TURN_TIMES) {
      const read = await inTurn(() => store.read())
      // Whoever was granted one may have sent it a moment later.
      return read?.spentAtMs == null ? 0 : Math.max(0, read.spentAtMs + windowMs + 2 * guardMs - read.nowMs)
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await kept
      await last
    },
  }
}
