import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@shardlight/database'
import { type Log, reasonOf } from '@shardlight/service'
import { readHead } from './read-events.ts'

const RECONNECT_MS = 1_000

/** Tells readers that there may be something new. */
export type WakeUps = AsyncDisposable & {
  /** Resolves at the next wake-up; to be taken before reading, so that none falls in between. */
  next(): Promise<void>
  /** Lets those who wait look around, such as whether they have been stopped. */
  wake(): void
}

/**
 * One LISTEN for the whole process. A notification may get lost, so the end of the log is also looked at every
 * `pollMs`.
 */
export function startWakeUps({
  database,
  pollMs,
  log,
}: {
  database: Database
  pollMs: number
  log: Log
}): WakeUps {
  const stopping = new AbortController()
  let waiting = Promise.withResolvers<void>()
  const wake = () => {
    waiting.resolve()
    waiting = Promise.withResolvers()
  }

  /** Resolves with the reason when the connection is lost. */
  async function listen(): Promise<unknown> {
    using connection = await database.connection()
    const { promise: ended, resolve } = Promise.withResolvers<unknown>()
    const { client } = connection
    const stop = () => resolve(undefined)
    stopping.signal.addEventListener('abort', stop)
    // It may have been stopped while it connected; then no event tells.
    if (stopping.signal.aborted) stop()
    client.on('notification', wake)
    client.on('error', resolve)
    client.on('end', stop)
    try {
      await connection.query('LISTEN events')
      wake()
      return await ended
    } finally {
      stopping.signal.removeEventListener('abort', stop)
      client.off('notification', wake)
      client.off('end', stop)
    }
  }

  async function keepListening(): Promise<void> {
    while (!stopping.signal.aborted) {
      const reason = await listen().catch(error => error)
      if (stopping.signal.aborted) return
      log.warn(
        { reason: reasonOf(reason ?? 'the connection ended') },
        'news of events come by polling until PostgreSQL is heard again',
      )
      await sleep(RECONNECT_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  async function keepPolling(): Promise<void> {
    let known = -1n
    while (!stopping.signal.aborted) {
      // Failures are the readers' to report: each tries for itself.
      const head = await readHead(database).catch(() => known)
      if (head !== known) wake()
      known = head
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const running = Promise.all([keepListening(), keepPolling()])
  return {
    next: () => waiting.promise,
    wake,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      wake()
      await running
    },
  }
}
