import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, migrate, type Queryable } from '@shardlight/database'
import { type Log, reasonOf } from '@shardlight/service'
import type { z } from 'zod'
import { type Handle, startConsumer } from './consumer.ts'
import { type EventType, encodeFilters, type LoggedEvent, type NewEvent, readEvent } from './event-type.ts'
import { append, PAGE, readHead, readHistory, readMatching } from './read-events.ts'
import { countRestraints, type Restraint, readRestraint } from './restraint.ts'
import { follow, type Subscription } from './subscription.ts'
import { startWakeUps } from './wake-ups.ts'

export const KEEP_EVENTS_DAYS = 10
const DAY_MS = 86_400_000
const ARCHIVE_EVERY_MS = 600_000
const ARCHIVE_BATCH = 5_000

type Filters<Type extends EventType> = Partial<z.output<Type['metadata']>>

/** What happened, for all processes: appended in one order, never changed, read by type and metadata. */
export type EventLog = AsyncDisposable & {
  /**
   * Appends in a transaction of its own. An event whose `once` is known, also in the archive, is left out.
   * @returns the ids of those that were appended, and of what followed from them.
   */
  publish(...events: NewEvent[]): Promise<bigint[]>
  /** Runs `run` in a transaction and appends the events that it answers, last: appenders wait for one another. */
  transaction<T>(run: (tx: Queryable) => Promise<{ events: NewEvent[]; result: T }>): Promise<T>
  /** Oldest first; of more than `limit` (256) the newest. With `archived` also those that were moved away. */
  getMatchingEvents<Type extends EventType>(
    type: Type,
    filters?: Filters<Type>,
    options?: { since?: Date; limit?: number; archived?: boolean },
  ): Promise<LoggedEvent<Type>[]>
  /** From now on. */
  subscribe<Type extends EventType>(
    type: Type,
    filters?: Filters<Type>,
    options?: { signal?: AbortSignal },
  ): Promise<Subscription<Type>>
  /** Up to `history` (256) past events, then live, without gap or duplicate. */
  subscribeWithHistory<Type extends EventType>(
    type: Type,
    filters?: Filters<Type>,
    options?: { history?: number; signal?: AbortSignal },
  ): Promise<Subscription<Type>>
  /**
   * Handles every event once, over all processes and restarts: the cursor `name` moves in the transaction of the
   * effect. The first time it begins at the end of the log.
   */
  consume<Type extends EventType>(consumer: {
    name: string
    type: Type
    filters?: Filters<Type>
    handle: Handle<Type>
  }): Promise<AsyncDisposable>
  /** Whether somebody may use no feature in a guild now, and until when. */
  restraintOf(person: { guildId: bigint; userId: bigint }): Promise<Restraint | undefined>
  /** How many restraints are in force, over all guilds. */
  countRestraints(): Promise<number>
  /** Deletes events of a person who wishes it, also from the archive; answers how many. */
  erase<Type extends EventType>(tx: Queryable, type: Type, filters: Filters<Type>): Promise<number>
  /** Moves events that are too old to the archive, as is also done by itself; answers how many. */
  archive(): Promise<number>
}

/**
 * Brings the log's tables up to date and listens for news.
 * @param keepMs how long events live before they are moved to the archive
 * @param pollMs how often to look where no notification came
 */
export async function openEventLog({
  database,
  log,
  keepMs = KEEP_EVENTS_DAYS * DAY_MS,
  pollMs = 1_000,
}: {
  database: Database
  log: Log
  keepMs?: number
  pollMs?: number
}): Promise<EventLog> {
  await migrate(database, { name: 'event_log', directory: join(import.meta.dirname, '..', 'migrations') })
  await using opened = new AsyncDisposableStack()
  const stopping = new AbortController()
  const { signal } = stopping
  const wakeUps = opened.use(startWakeUps({ database, pollMs, log }))

  async function archive(): Promise<number> {
    let moved = 0
    for (let more = true; more && !signal.aborted; ) {
      const [row] = await database.query<{ count: bigint }>(
        `SELECT archive_events($1 * interval '1 millisecond', $2) AS count`,
        [keepMs, ARCHIVE_BATCH],
      )
      const count = Number(row?.count ?? 0)
      moved += count
      more = count === ARCHIVE_BATCH
    }
    return moved
  }

  async function keepArchiving(): Promise<void> {
    while (!signal.aborted) {
      await sleep(ARCHIVE_EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await archive().catch(error =>
        log.warn({ reason: reasonOf(error) }, 'old events could not be archived'),
      )
    }
  }
  const archiving = keepArchiving()
  opened.defer(async () => {
    stopping.abort()
    await archiving
  })

  const subscription = <Type extends EventType>(
    type: Type,
    encoded: string,
    {
      history = [],
      cursor,
      signal: given,
    }: Pick<Parameters<typeof follow>[0], 'cursor'> &
      Partial<Pick<Parameters<typeof follow>[0], 'history'>> & { signal?: AbortSignal | undefined },
  ) =>
    follow({
      database,
      wakeUps,
      type,
      filters: encoded,
      history,
      cursor,
      signals: given ? [given, signal] : [signal],
      log,
    })

  const stack = opened.move()
  return {
    publish: (...events) => database.transaction(tx => append(tx, events)),
    transaction: run =>
      database.transaction(async tx => {
        const { events, result } = await run(tx)
        await append(tx, events)
        return result
      }),
    async getMatchingEvents(type, filters = {}, { since, limit = PAGE, archived = false } = {}) {
      const rows = await readMatching(database, {
        type: type.name,
        filters: encodeFilters(type, filters),
        limit,
        archived,
        ...(since && { since }),
      })
      return rows.map(row => readEvent(type, row))
    },
    async subscribe(type, filters = {}, options = {}) {
      const encoded = encodeFilters(type, filters)
      return subscription(type, encoded, { cursor: await readHead(database), signal: options.signal })
    },
    async subscribeWithHistory(type, filters = {}, { history = PAGE, signal: given } = {}) {
      const encoded = encodeFilters(type, filters)
      const past = await readHistory(database, { type: type.name, filters: encoded, history })
      return subscription(type, encoded, { history: past.events, cursor: past.cursor, signal: given })
    },
    consume: ({ name, type, filters = {}, handle }) =>
      startConsumer({
        name,
        type,
        filters: encodeFilters(type, filters),
        handle,
        database,
        wakeUps,
        ended: signal,
        log,
      }),
    restraintOf: person => readRestraint(database, person),
    countRestraints: () => countRestraints(database),
    async erase(tx, type, filters) {
      let erased = 0
      for (const table of ['events', 'archived_events']) {
        const gone = await tx.query(
          `DELETE FROM ${table} WHERE type = $1 AND metadata @> $2::jsonb RETURNING id`,
          [type.name, encodeFilters(type, filters)],
        )
        erased += gone.length
      }
      return erased
    },
    archive,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
