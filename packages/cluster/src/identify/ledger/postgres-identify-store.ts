import { join } from 'node:path'
import { type Database, migrate, type Queryable } from '@shardlight/database'
import {
  FIRST_PROBE_MS,
  type IdentifyDay,
  lookAgain,
  MOST_UNPROVEN_SQL,
  SLOWEST_PROBE_MS,
} from './identify-day.ts'
import type { IdentifyStore } from './identify-store.ts'

const ms = (at: string) => `(extract(epoch FROM ${at}) * 1000)::float8`

const DAY = `${ms('clock_timestamp()')} AS "nowMs", ${ms('resets_at')} AS "resetsAtMs", total, allowed, spent,
  ${ms('spent_at')} AS "spentAtMs", seen_left AS "seenLeft", seen_spent AS "seenSpent", ${ms('seen_at')} AS "seenAtMs",
  unproven, failed, probes, ${ms('probed_at')} AS "probedAtMs"`

const FREE = `((failed = 0 OR NOT $2) AND unproven < ${MOST_UNPROVEN_SQL})`
const PROBE_IS_DUE = `(probed_at IS NULL OR probed_at <= clock_timestamp() - interval '1 millisecond'
  * least(${FIRST_PROBE_MS} * 2 ^ least(probes - 1, 10), ${SLOWEST_PROBE_MS}))`

/** One statement: of all managers together, never one too many. */
const SPEND = `
  UPDATE identify_days SET
    spent = spent + 1,
    spent_at = clock_timestamp(),
    unproven = unproven + 1,
    probes = CASE WHEN ${FREE} THEN probes ELSE probes + 1 END,
    probed_at = CASE WHEN ${FREE} THEN probed_at ELSE clock_timestamp() END
  WHERE application = $1 AND resets_at > clock_timestamp()
    AND spent < allowed AND spent - seen_spent < seen_left AND (${FREE} OR ${PROBE_IS_DUE})
  RETURNING ${DAY}`

const SUCCEEDED = `
  UPDATE identify_days SET unproven = 0, failed = 0, probes = 0, probed_at = NULL WHERE application = $1
  RETURNING ${DAY}`

const FAILED = `UPDATE identify_days SET failed = failed + 1 WHERE application = $1 RETURNING ${DAY}`

const KEEP = `
  UPDATE identify_days SET resets_at = to_timestamp($2::float8 / 1000), total = $3, allowed = $4, spent = $5, seen_left = $6,
    seen_spent = $7, seen_at = clock_timestamp()
  WHERE application = $1 RETURNING ${DAY}`

/** Puts a day that is over where none is yet, so that there is a row to lock. */
const MAKE_ROOM = `
  INSERT INTO identify_days (application, resets_at, total, allowed, spent, seen_left, seen_spent, seen_at)
  VALUES ($1, to_timestamp(0), 0, 0, 0, 0, 0, to_timestamp(0)) ON CONFLICT DO NOTHING`

/**
 * Opens the record of logins that all managers of an application share; it outlives every process and Redis.
 * @param application whom Discord counts for, such as the bot's id.
 * @param share of what is left at the first look of a day, 0 to 1.
 */
export async function openPostgresIdentifyStore({
  database,
  application,
  share,
}: {
  database: Database
  application: string
  share: number
}): Promise<IdentifyStore> {
  const directory = join(import.meta.dirname, '..', '..', '..', 'migrations', 'identify')
  await migrate(database, { name: 'identify', directory })

  const one = async (on: Queryable, sql: string, ...params: unknown[]) =>
    (await on.query<IdentifyDay>(sql, [application, ...params]))[0]
  const read = (on: Queryable = database, lock = '') =>
    one(on, `SELECT ${DAY} FROM identify_days WHERE application = $1 ${lock}`)

  const present = (day: IdentifyDay | undefined): IdentifyDay => {
    if (!day) throw new Error(`the day of application ${application} vanished from identify_days`)
    return day
  }

  return {
    read: () => read(),
    look: look =>
      database.transaction(async tx => {
        await tx.query(MAKE_ROOM, [application])
        const day = present(await read(tx, 'FOR UPDATE'))
        const { resetsAtMs, total, allowed, spent, seenLeft, seenSpent } = lookAgain(day, look, share)
        return present(await one(tx, KEEP, resetsAtMs, total, allowed, spent, seenLeft, seenSpent))
      }),
    async spend(again) {
      const day = await one(database, SPEND, again)
      return { granted: day !== undefined, day: day ?? (await read()) }
    },
    succeeded: () => one(database, SUCCEEDED),
    failed: () => one(database, FAILED),
  }
}
