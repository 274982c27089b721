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
}): AsyncDisposable & { changed(vote: Vote): void } {
  const stopping = new AbortController()
  const waiting = new Set<bigint>()

  async function show(vote: Vote): Promise<void> {
    const waitMs = Date.now() - vote.openedAt.getTime() < OLD_MS ? SHOW_AFTER_MS : SHOW_OLD_AFTER_MS
    await clock.sleepUntil(clock.nowMs() + waitMs, stopping.signal)
    waiting.delete(vote.id)
    await announcer.turnout(vote)
  }

  return {
    changed(vote) {
      if (waiting.has(vote.id)) return
      waiting.add(vote.id)
      show(vote).catch(error => {
        waiting.delete(vote.id)
        if (stopping.signal.aborted) return
        log.info({ vote: vote.id, reason: reasonOf(error) }, 'the number of voters could not be shown')
      })
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
    },
  }
}
