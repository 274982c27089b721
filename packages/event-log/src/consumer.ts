import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Queryable } from '@shardlight/database'
import type { Log } from '@shardlight/service'
import { linksTo, startTrace } from '@shardlight/tracing'
import { type EventRow, type EventType, type LoggedEvent, type NewEvent, readEvent } from './event-type.ts'
import { append, readAfter, readHead } from './read-events.ts'
import type { WakeUps } from './wake-ups.ts'

const BATCH = 64
const RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000
/** How soon another process goes on where the one that was at work has died. */
const STAND_BY_MS = 1_000

/** Has its effect through `tx` only; answers events that follow from it. */
export type Handle<Type extends EventType> = (
  event: LoggedEvent<Type>,
  tx: Queryable,
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers answer nothing
) => Promise<NewEvent[] | void>

/**
 * The cursor moves in the transaction of the effect, so every event has its effect exactly once, over all processes
 * that consume under the same name. One that fails is tried again, and holds up those behind it.
 */
export async function startConsumer<Type extends EventType>({
  name,
  type,
  filters,
  handle,
  database,
  wakeUps,
  ended,
  log,
}: {
  name: string
  type: Type
  filters: string
  handle: Handle<Type>
  database: Database
  wakeUps: WakeUps
  /** Stops it too. */
  ended: AbortSignal
  log: Log
}): Promise<AsyncDisposable> {
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, ended])
  signal.addEventListener('abort', wakeUps.wake)
  await database.query(
    'INSERT INTO event_cursors (name, cursor) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
    [name, await readHead(database)],
  )

  /** In a trace of its own where the event was appended within one. */
  async function handleTraced(row: EventRow, tx: Queryable) {
    const event = readEvent(type, row)
    const links = linksTo(row.traceparent)
    if (links.length === 0) return handle(event, tx)
    const attributes = {
      'messaging.system': 'shardlight_event_log',
      'messaging.operation.name': 'handle',
      'messaging.operation.type': 'process',
      'messaging.destination.name': type.name,
      'messaging.consumer.group.name': name,
    }
    return startTrace(`handle ${type.name}`, { kind: 'consumer', attributes, links }, () => handle(event, tx))
  }

  const step = (limit: number): Promise<'more' | 'all' | 'another'> =>
    database.transaction(async tx => {
      const [at] = await tx.query<{ cursor: bigint }>(
        'SELECT cursor FROM event_cursors WHERE name = $1 FOR UPDATE SKIP LOCKED',
        [name],
      )
      if (!at) return 'another'
      const page = await readAfter(tx, { type: type.name, filters, cursor: at.cursor, limit })
      const following: NewEvent[] = []
      for (const row of page.events) following.push(...((await handleTraced(row, tx)) ?? []))
      if (page.cursor !== at.cursor) {
        await tx.query('UPDATE event_cursors SET cursor = $2 WHERE name = $1', [name, page.cursor])
      }
      await append(tx, following)
      return page.isLast ? 'all' : 'more'
    })

  async function run(): Promise<void> {
    let failures = 0
    let limit = BATCH
    while (!signal.aborted) {
      const woken = wakeUps.next()
      try {
        const done = await step(limit)
        failures = 0
        limit = Math.min(BATCH, limit * 2)
        if (done === 'another') await Promise.race([woken, sleep(STAND_BY_MS, undefined, { ref: false })])
        else if (done === 'all') await woken
      } catch (error) {
        if (signal.aborted) return
        log.error({ err: error, consumer: name }, 'an event could not be handled, trying again')
        // One by one, so that those before the one that fails get through.
        const isFirst = limit > 1
        limit = 1
        const waitMs = isFirst ? 0 : Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures++)
        await sleep(waitMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
