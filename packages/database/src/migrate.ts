import { runner } from 'node-pg-migrate'
import type { Database } from './database.ts'

/** Any number that no other lock of this database uses: migrations of all features take turns. */
const MIGRATION_LOCK = 7_401_862_213

const quiet = () => {}

/**
 * Brings one feature's tables up to date from its own folder of `.sql` files.
 * Safe when several processes start at once: the others wait for their turn, then find nothing to do.
 * @throws when a file fails; that file's changes are rolled back, those before it stay.
 */
export async function migrate(
  database: Database,
  {
    name,
    directory,
  }: {
    /** The feature; also the name of the table, in the schema `migrations`, that remembers what ran. */
    name: string
    directory: string
  },
): Promise<void> {
  using connection = await database.connection()
  try {
    await connection.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await runner({
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
  } catch (error) {
    throw new Error(`the migrations of ${name} failed`, { cause: error })
  }
}
