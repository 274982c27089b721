import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@shardlight/database'
import { type Log, reasonOf } from '@shardlight/service'
import { type EventRow, type EventType, type LoggedEvent, readEvent } from './event-type.ts'
import { readAfter } from './read-events.ts'
import type { WakeUps } from './wake-ups.ts'

const RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

/** Events one after another; ends when it is disposed. At most one page is held, however slow the reader is. */
export type Subscription<Type extends EventType = EventType> = AsyncIterable<LoggedEvent<Type>> &
  AsyncDisposable

/** Reads on from `cursor`: what has piled up and what comes later are the same operation. */
export function follow<Type extends EventType>({
  database,
  wakeUps,
  type,
  filters,
  history,
  cursor: from,
  signals,
  log,
}: {
  database: Database
  wakeUps: WakeUps
  type: Type
  filters: string
  /** Events up to the cursor that come first. */
  history: EventRow[]
  cursor: bigint
  /** End it too. */
  signals: AbortSignal[]
  log: Log
}): Subscription<Type> {
  const own = new AbortController()
  const signal = AbortSignal.any([own.signal, ...signals])
  signal.addEventListener('abort', wakeUps.wake)

  async function* events(): AsyncGenerator<LoggedEvent<Type>, void, undefined> {
    let cursor = from
    let failures = 0
    for (const row of history) {
      if (signal.aborted) return
      yield readEvent(type, row)
    }
    while (!signal.aborted) {
      const woken = wakeUps.next()
      const page = await readAfter(database, { type: type.name, filters, cursor }).catch(error => {
        if (failures++ === 0) {
          log.warn({ reason: reasonOf(error), type: type.name }, 'events cannot be read, trying again')
        }
      })
      if (!page) {
        const waitMs = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures)
        await sleep(waitMs, undefined, { signal }).catch(() => {})
        continue
      }
      failures = 0
      for (const row of page.events) {
        if (signal.aborted) return
        yield readEvent(type, row)
      }
      cursor = page.cursor
      if (page.isLast) await woken
    }
  }

  const running = events()
  return {
    [Symbol.asyncIterator]: () => running,
    async [Symbol.asyncDispose]() {
      own.abort()
      await running.return()
    },
  }
}
