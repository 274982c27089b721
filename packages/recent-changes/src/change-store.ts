import { join } from 'node:path'
import { type Database, migrate, type Queryable } from '@shardlight/database'
import type { RecentChange } from './recent-change.ts'
import { CURRENT_STREAM } from './stream-store.ts'

export type Stored = {
  stored: number
  /** Were there already. */
  duplicates: number
  /** Of days whose events were dropped: they were counted before. */
  tooOld: number
}

export type Difference = { wiki: string; type: string; isBot: boolean; counted: number; stored: number }

/** A UTC day, `yyyy-mm-dd`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

export const migrateRecentChanges = (database: Database): Promise<void> =>
  migrate(database, { name: 'recent_changes', directory: join(import.meta.dirname, '..', 'migrations') })

const INSERT = `
  WITH inserted AS (
    INSERT INTO recent_changes (id, at, wiki, type, is_bot, is_minor, namespace, title, editor, comment, old_length,
                                new_length, raw)
    SELECT id, at, wiki, type, is_bot, is_minor, namespace, title, editor, comment, old_length, new_length, raw::jsonb
    FROM ROWS FROM (
      unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::boolean[], $6::boolean[], $7::int[],
             $8::text[], $9::text[], $10::text[], $11::int[], $12::int[]),
      -- As an array each would be escaped and read twice; JSON has no line ends.
      string_to_table($13, E'\n')
    ) AS given (id, at, wiki, type, is_bot, is_minor, namespace, title, editor, comment, old_length, new_length, raw)
    -- In one order, or two batches with the same events could wait for one another.
    ORDER BY 1, 2
    ON CONFLICT (id, at) DO NOTHING
    RETURNING at, wiki, type, is_bot
  ), days AS (
    INSERT INTO recent_change_days AS known (day, wiki, type, is_bot, count)
    SELECT (at AT TIME ZONE 'UTC')::date, wiki, type, is_bot, count(*) FROM inserted
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (day, wiki, type, is_bot) DO UPDATE SET count = known.count + excluded.count
  ), hours AS (
    INSERT INTO recent_change_hours AS known (hour, wiki, type, is_bot, count)
    SELECT date_trunc('hour', at, 'UTC'), wiki, type, is_bot, count(*) FROM inserted
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hour, wiki, type, is_bot) DO UPDATE SET count = known.count + excluded.count
  )
  SELECT count(*)::int AS stored FROM inserted`

export type ChangeStore = ReturnType<typeof createChangeStore>

/** The SQL of raw changes and their counts. */
export function createChangeStore(database: Database) {
  const known = new Set<string>()

  /** Partitions are made outside of the transaction that inserts: their lock is short. */
  async function ensureDays(days: Iterable<string>): Promise<void> {
    for (const day of days) {
      if (known.has(day)) continue
      await database.query('SELECT ensure_recent_changes_day($1)', [day])
      known.add(day)
    }
  }

  return {
    ensureDays,

    /**
     * Stores events and counts those that are new, in one statement; what is there already changes nothing.
     * The partitions of their days must be there.
     */
    async insert(tx: Queryable, changes: RecentChange[]): Promise<Stored> {
      const [limit] = await tx.query<{ day: string }>(
        'SELECT dropped_before::text AS day FROM recent_change_retention',
      )
      const first = limit && limit.day !== '-infinity' ? limit.day : ''
      const kept = changes.filter(change => dayOf(change.at) >= first)
      const tooOld = changes.length - kept.length
      if (kept.length === 0) return { stored: 0, duplicates: 0, tooOld }
      const column = <Key extends keyof RecentChange>(key: Key) => kept.map(change => change[key])
      const [row] = await tx.query<{ stored: number }>(INSERT, [
        column('id'),
        column('at'),
        column('wiki'),
        column('type'),
        column('isBot'),
        column('isMinor'),
        column('namespace'),
        column('title'),
        column('editor'),
        column('comment'),
        column('oldLength'),
        column('newLength'),
        column('raw').join('\n'),
      ])
      const stored = row?.stored ?? 0
      return { stored, duplicates: kept.length - stored, tooOld }
    },

    /**
     * Drops whole days, but none that the stream has not been read to the end of; what is sent again of them is neither
     * stored nor counted. Answers how many went.
     */
    async dropBefore(day: string): Promise<number> {
      const [row] = await database.query<{ dropped: number }>(
        `SELECT drop_recent_changes_before(least($1::date, min((last_at AT TIME ZONE 'UTC')::date))) AS dropped
         FROM ${CURRENT_STREAM} AS stream`,
        [day],
      )
      for (const one of known) if (one < day) known.delete(one)
      return row?.dropped ?? 0
    },

    /**
     * Counts the raw events of a day anew, sets the counts to that, and answers where they differed.
     * @throws {Error} for a day whose events were dropped: nothing could be counted.
     */
    recount: (day: string): Promise<Difference[]> =>
      database.transaction(async tx => {
        await tx.query(
          'LOCK TABLE recent_changes, recent_change_days, recent_change_hours IN SHARE ROW EXCLUSIVE MODE',
        )
        const [limit] = await tx.query<{ isDropped: boolean }>(
          'SELECT $1::date < dropped_before AS "isDropped" FROM recent_change_retention',
          [day],
        )
        if (limit?.isDropped)
          throw new Error(`the events of ${day} were dropped, so they cannot be counted again`)
        const rawOfDay = `FROM recent_changes
          WHERE at >= $1::date::timestamp AT TIME ZONE 'UTC' AND at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'`
        const differences = await tx.query<Difference>(
          `SELECT wiki, type, is_bot AS "isBot", coalesce(counted, 0)::float8 AS counted, coalesce(stored, 0)::float8 AS stored
           FROM (SELECT wiki, type, is_bot, count AS counted FROM recent_change_days WHERE day = $1::date) AS known
           FULL JOIN (SELECT wiki, type, is_bot, count(*) AS stored ${rawOfDay} GROUP BY 1, 2, 3) AS found
             USING (wiki, type, is_bot)
           WHERE coalesce(counted, 0) <> coalesce(stored, 0) ORDER BY wiki, type, is_bot`,
          [day],
        )
        await tx.query('DELETE FROM recent_change_days WHERE day = $1::date', [day])
        await tx.query(
          `DELETE FROM recent_change_hours
           WHERE hour >= $1::date::timestamp AT TIME ZONE 'UTC' AND hour < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'`,
          [day],
        )
        await tx.query(
          `INSERT INTO recent_change_days SELECT $1::date, wiki, type, is_bot, count(*) ${rawOfDay} GROUP BY 2, 3, 4`,
          [day],
        )
        await tx.query(
          `INSERT INTO recent_change_hours
           SELECT date_trunc('hour', at, 'UTC'), wiki, type, is_bot, count(*) ${rawOfDay} GROUP BY 1, 2, 3, 4`,
          [day],
        )
        return differences
      }),
  }
}
