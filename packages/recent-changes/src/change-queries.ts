import type { Queryable } from '@shardlight/database'
import { CURRENT_STREAM } from './stream-store.ts'

export type ShownChange = {
  id: string
  at: Date
  wiki: string
  type: string
  isBot: boolean
  isMinor: boolean
  title: string | null
  editor: string | null
  comment: string | null
  oldLength: number | null
  newLength: number | null
}

export type ChangeFilters = {
  /** Absent: both. */
  isBot?: boolean | undefined
  isMinor?: boolean | undefined
  namespace?: number | undefined
  type?: string | undefined
}

/** Where a page of changes ended; the next one begins after it, however many came meanwhile. */
export type PageEnd = { at: Date; id: string }

const SHOWN = `id, at, wiki, type, is_bot AS "isBot", is_minor AS "isMinor", title, editor, comment,
  old_length AS "oldLength", new_length AS "newLength"`

/** The newest changes of a wiki, newest first. Categorisations repeat what an edit says and are left out. */
export function readRecent(
  database: Queryable,
  {
    wiki,
    limit,
    before,
    filters = {},
  }: { wiki: string; limit: number; before?: PageEnd | undefined; filters?: ChangeFilters },
): Promise<ShownChange[]> {
  const values: unknown[] = [wiki]
  const given = (value: unknown) => `$${values.push(value)}`
  const { type, isBot, isMinor, namespace } = filters
  // Only what is asked for: the planner takes a condition that may be none for one that leaves hardly a row.
  const conditions = [
    'wiki = $1',
    before && `(at, id) < (${given(before.at)}, ${given(before.id)})`,
    type === undefined ? `type <> 'categorize'` : `type = ${given(type)}`,
    isBot !== undefined && `is_bot = ${given(isBot)}`,
    isMinor !== undefined && `is_minor = ${given(isMinor)}`,
    namespace !== undefined && `namespace = ${given(namespace)}`,
  ]
  return database.query<ShownChange>(
    `SELECT ${SHOWN} FROM recent_changes WHERE ${conditions.filter(Boolean).join(' AND ')}
     ORDER BY at DESC, id DESC LIMIT ${given(limit)}`,
    values,
  )
}

/** These changes, newest first, without those of days that were dropped. */
export const readChanges = (
  database: Queryable,
  wanted: readonly Pick<ShownChange, 'id' | 'at'>[],
): Promise<ShownChange[]> =>
  database.query<ShownChange>(
    `SELECT ${SHOWN} FROM recent_changes JOIN unnest($1::text[], $2::timestamptz[]) AS wanted (id, at) USING (id, at)
     ORDER BY at DESC, id DESC`,
    [wanted.map(change => change.id), wanted.map(change => change.at)],
  )

export type DayCount = { day: string; type: string; isBot: boolean; count: number }

/** What was counted on a UTC day and on the day before. */
export const readDays = (
  database: Queryable,
  { wiki, day }: { wiki: string; day: string },
): Promise<DayCount[]> =>
  database.query<DayCount>(
    `SELECT day::text, type, is_bot AS "isBot", count::float8 AS count FROM recent_change_days
     WHERE day IN ($1::date, $1::date - 1) AND wiki = $2`,
    [day, wiki],
  )

/** How many changes each hour of a UTC day had, 0 to 23. */
export async function readHours(
  database: Queryable,
  { wiki, day }: { wiki: string; day: string },
): Promise<number[]> {
  const rows = await database.query<{ hour: number; count: number }>(
    `SELECT extract(hour FROM hour AT TIME ZONE 'UTC')::int AS hour, sum(count)::float8 AS count
     FROM recent_change_hours
     WHERE hour >= $1::date::timestamp AT TIME ZONE 'UTC' AND hour < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
       AND wiki = $2 AND type <> 'categorize'
     GROUP BY 1`,
    [day, wiki],
  )
  return Array.from({ length: 24 }, (_, hour) => rows.find(row => row.hour === hour)?.count ?? 0)
}

/** So long after the last event that was read the time since then counts as missing. */
const BEHIND_MINUTES = 2

export type Missing = { from: Date; until: Date }

/**
 * The parts of a UTC day of which nothing is known: gaps, the time before the stream was first read, and that since it
 * was last read, where that is a while ago; for today nothing of what is still to come.
 */
export const readMissing = (database: Queryable, day: string): Promise<Missing[]> =>
  database.query<Missing>(
    `WITH bounds AS (
       SELECT $1::date::timestamp AT TIME ZONE 'UTC' AS begins, ($1::date + 1)::timestamp AT TIME ZONE 'UTC' AS ends
     ), first_read AS (
       SELECT min(first_at) AS at FROM ${CURRENT_STREAM} AS stream
     ), missing AS (
       SELECT from_at, until_at FROM recent_change_gaps
       UNION ALL SELECT begins, coalesce(at, ends) FROM bounds, first_read
       -- What happens while nobody reads: it may be read back, but is not known yet.
       UNION ALL SELECT last_at, now() FROM ${CURRENT_STREAM} AS stream WHERE last_at < now() - interval '${BEHIND_MINUTES} minutes'
     )
     SELECT greatest(from_at, begins) AS from, least(until_at, ends) AS until FROM missing, bounds
     WHERE from_at < ends AND until_at > begins ORDER BY 1`,
    [day],
  )

export type Today = { day: string; now: Date }

/** By the database's clock. */
export async function readToday(database: Queryable): Promise<Today> {
  const [row] = await database.query<Today>(`SELECT (now() AT TIME ZONE 'UTC')::date::text AS day, now()`)
  if (!row) throw new Error('the database gave no time')
  return row
}
