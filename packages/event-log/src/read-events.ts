import type { Queryable } from '@shardlight/database'
import { currentTraceparent, withSpan } from '@shardlight/tracing'
import type { EventRow, NewEvent } from './event-type.ts'

/** As many events as are read, and held, at a time. */
export const PAGE = 256

const HEAD = `SELECT greatest((SELECT max(id) FROM events), (SELECT max(id) FROM archived_events), 0) AS id`

export async function readHead(database: Queryable): Promise<bigint> {
  const [head] = await database.query<{ id: bigint }>(HEAD)
  return head?.id ?? 0n
}

/** What to read: `filters` is JSON that the metadata must contain. */
export type Wanted = { type: string; filters: string }

type MaybeRow = { head: bigint } & ({ [Key in keyof EventRow]: EventRow[Key] } | { id: null })

/** The events of a statement that also says where the log ended at that moment. */
const split = (rows: MaybeRow[]): { events: EventRow[]; head: bigint } => ({
  head: rows[0]?.head ?? 0n,
  events: rows.flatMap(row => (row.id === null ? [] : [row])),
})

/** The next page after the cursor, and where to go on from: nothing that matches lies between. */
export async function readAfter(
  database: Queryable,
  { type, filters, cursor, limit = PAGE }: Wanted & { cursor: bigint; limit?: number },
): Promise<{ events: EventRow[]; cursor: bigint; isLast: boolean }> {
  const rows = await database.query<MaybeRow>(
    `SELECT head.id AS head, event.id, event.at, event.metadata, event.traceparent
     FROM (${HEAD}) AS head LEFT JOIN LATERAL (
       SELECT id, at, metadata, traceparent FROM all_events
       WHERE type = $1 AND metadata @> $2::jsonb AND id > $3 AND id <= head.id
       ORDER BY id LIMIT $4) AS event ON true
     ORDER BY event.id`,
    [type, filters, cursor, limit],
  )
  const { events, head } = split(rows)
  const isLast = events.length < limit
  const end = isLast ? head : (events.at(-1)?.id ?? head)
  return { events, isLast, cursor: end > cursor ? end : cursor }
}

/** The newest `history` events, oldest first, and the end of the log, in one statement: no seam between the two. */
export async function readHistory(
  database: Queryable,
  { type, filters, history }: Wanted & { history: number },
): Promise<{ events: EventRow[]; cursor: bigint }> {
  const rows = await database.query<MaybeRow>(
    `SELECT head.id AS head, event.id, event.at, event.metadata, event.traceparent
     FROM (${HEAD}) AS head LEFT JOIN (
       SELECT id, at, metadata, traceparent FROM events WHERE type = $1 AND metadata @> $2::jsonb
       ORDER BY id DESC LIMIT $3) AS event ON true
     ORDER BY event.id`,
    [type, filters, history],
  )
  const { events, head } = split(rows)
  return { events, cursor: head }
}

export function readMatching(
  database: Queryable,
  { type, filters, since, limit, archived }: Wanted & { since?: Date; limit: number; archived: boolean },
): Promise<EventRow[]> {
  return database.query<EventRow>(
    `SELECT * FROM (
       SELECT id, at, metadata, traceparent FROM ${archived ? 'all_events' : 'events'}
       WHERE type = $1 AND metadata @> $2::jsonb AND at >= coalesce($3::timestamptz, '-infinity')
       ORDER BY id DESC LIMIT $4) AS newest
     ORDER BY id`,
    [type, filters, since ?? null, limit],
  )
}

/** @returns the ids of those that were appended, and of what followed from them */
export async function append(tx: Queryable, events: NewEvent[]): Promise<bigint[]> {
  if (events.length === 0) return []
  const types = [...new Set(events.map(({ type }) => type))].join(', ')
  const attributes = {
    'messaging.system': 'shardlight_event_log',
    'messaging.operation.name': 'append',
    'messaging.operation.type': 'send',
    'messaging.destination.name': types,
  }
  return withSpan(`append ${types}`, { kind: 'producer', attributes }, async () => {
    const traceparent = currentTraceparent() ?? events.find(event => event.traceparent)?.traceparent
    const given = events.map(({ type, metadata, once }) => ({ type, metadata, once }))
    const rows = await tx.query<{ id: bigint }>(
      // The setting comes first, for the default of the column, and ends with the transaction.
      `SELECT append_events($1::jsonb) AS id FROM set_config('shardlight.traceparent', $2, true)`,
      [JSON.stringify(given), traceparent ?? ''],
    )
    return rows.map(row => row.id)
  })
}
