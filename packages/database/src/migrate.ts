import { setTimeout as sleep } from 'node:timers/promises'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import type { Database } from './database.ts'

/** Any number that no other lock of this database uses: migrations of all features take turns. */
const MIGRATION_LOCK = 7_401_862_213

/** Behind a migration that waits for a table, all who use that table wait too. */
const LOCK_TIMEOUT_MS = 3_000
const TRIES = 5
/** Meanwhile those who waited have their turn. */
const PAUSE_MS = 1_000

const isLockTimeout = (error: unknown) => error instanceof pg.DatabaseError && error.code === '55P03'

const quiet = () => {}

/**
 * Brings one feature's tables up to date from its own folder of `.sql` files.
 * Safe when several processes start at once: the others wait for their turn, then find nothing to do.
 * One that cannot have its locks, such as while a dump is taken, is tried again a few times.
 * @throws when a file fails; that file's changes are rolled back, those before it stay.
 */
export async function migrate(
  database: Database,
  {
    name,
    directory,
    lockTimeoutMs = LOCK_TIMEOUT_MS,
  }: {
    /** The feature; also the name of the table, in the schema `migrations`, that remembers what ran. */
    name: string
    directory: string
    lockTimeoutMs?: number
  },
): Promise<void> {
  using connection = await database.connection()
  const run = () =>
    runner({
      dbClient: connection.client,
      dir: directory,
      direction: 'up',
      migrationsTable: name,
      migrationsSchema: 'migrations',
      createMigrationsSchema: true,
      // Its own lock makes the second process fail instead of wait.
      noLock: true,
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    })
  try {
    await connection.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    // Not before: the others' turns may take longer.
    await connection.query(`SET lock_timeout = ${lockTimeoutMs}`)
    for (let tried = 1; ; tried += 1) {
      try {
        await run()
        return
      } catch (error) {
        // A file that fails leaves its transaction open.
        await connection.query('ROLLBACK').catch(() => {})
        if (tried === TRIES || !isLockTimeout(error)) throw error
        await sleep(PAUSE_MS)
      }
    }
  } catch (error) {
    throw new Error(`the migrations of ${name} failed`, { cause: error })
  }
}
