import { type Clock, type Log, reasonOf } from '@shardlight/service'
import type { Announcer } from './announcer.ts'
import type { Vote } from './vote-store.ts'

const SHOW_AFTER_MS = 3_000
/** Discord lets messages older than an hour be edited only seldom (error 30046). */
const OLD_MS = 3_000_000
const SHOW_OLD_AFTER_MS = 900_000

/** Keeps the number of those who voted current in the vote's message, with few edits however many click. */
export function startTurnoutUpdates({
  announcer,
  clock,
  log,
}: {
  announcer: Announcer
  clock: Clock
  log: Log
}): AsyncDisposable & { changed(vote: Vote): void; ended(id: bigint): void } {
  const stopping = new AbortController()
  const waiting = new Map<bigint, AbortController>()

  async function show(vote: Vote, signal: AbortSignal): Promise<void> {
    const waitMs = Date.now() - vote.openedAt.getTime() < OLD_MS ? SHOW_AFTER_MS : SHOW_OLD_AFTER_MS
    await clock.sleepUntil(clock.nowMs() + waitMs, signal)
    waiting.delete(vote.id)
    await announcer.turnout(vote)
  }

  return {
    changed(vote) {
      if (waiting.has(vote.id) || stopping.signal.aborted) return
      const own = new AbortController()
      waiting.set(vote.id, own)
      show(vote, AbortSignal.any([own.signal, stopping.signal])).catch(error => {
        waiting.delete(vote.id)
        if (own.signal.aborted || stopping.signal.aborted) return
        log.info({ vote: vote.id, reason: reasonOf(error) }, 'the number of voters could not be shown')
      })
    },
    ended(id) {
      waiting.get(id)?.abort()
      waiting.delete(id)
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
    },
  }
}
