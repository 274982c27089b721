import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import {
  type Check,
  type DumpReader,
  type Header,
  openDump,
  type TableLine,
  tableSchema,
} from './dump-file.ts'
import { migrationSets } from './migration-folders.ts'
import { listTables, quote, readMigrations } from './schema.ts'
import { settle } from './settle.ts'
import { verify } from './verify.ts'

/** Tables in which migrations themselves put a row: it says nothing about use. */
const SEEDED = ['recent_change_retention', 'wikipedia_follow_position']

/** Somebody else, such as a dump, may be reading what is to be dropped. */
const LOCK_TIMEOUT = '10s'

const quiet = () => {}
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }

function refuseNewer({ migrations }: Header): void {
  const known = new Map(migrationSets().map(({ name, files }) => [name, files]))
  for (const [name, ran] of Object.entries(migrations)) {
    const unknown = ran.filter(file => !known.get(name)?.includes(file))
    if (unknown.length > 0)
      throw new Error(
        `the dump is of a newer version: it has ${name}/${unknown.join(', ')}; restore it with that one`,
      )
  }
}

/** Rows that later migrations put in, or moved, would be lost: nothing brings them back, as these count as run. */
async function refuseOlder({ migrations }: Header, client: pg.Client): Promise<void> {
  for (const [name, ran] of Object.entries(await readMigrations(client))) {
    const later = ran.filter(file => !migrations[name]?.includes(file))
    if (later.length > 0)
      throw new Error(
        `the database is of a newer version than the dump: it has ${name}/${later.join(', ')}; --replace drops all it has`,
      )
  }
}

async function refuseUsed(client: pg.Client, mayReplace: boolean): Promise<void> {
  const { rows: others } = await client.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'shardlight%'`,
  )
  if (others.length > 0)
    throw new Error(`stop what uses the database: ${others.map(({ name }) => name).join(', ')}`)
  for (const table of await listTables(client)) {
    if (mayReplace || SEEDED.includes(table)) continue
    const { rowCount } = await client.query(`SELECT FROM ${quote(table)} LIMIT 1`)
    if (rowCount) throw new Error(`the database is not empty: ${table} has rows; --replace drops all it has`)
  }
}

/** Makes the tables as those migrations leave them, also within a transaction: what runs them would commit its own. */
export async function migrateTo(
  { migrations }: Pick<Header, 'migrations'>,
  client: pg.Client,
): Promise<void> {
  const present = await readMigrations(client)
  for (const { name, directory } of migrationSets()) {
    const missing = migrations[name]?.slice(present[name]?.length ?? 0) ?? []
    if (missing.length === 0) continue
    for (const file of missing) await client.query(await readFile(join(directory, `${file}.sql`), 'utf8'))
    await runner({
      dbClient: client,
      dir: directory,
      direction: 'up',
      migrationsTable: name,
      migrationsSchema: 'migrations',
      createMigrationsSchema: true,
      noLock: true,
      count: missing.length,
      // Remembers that they ran.
      fake: true,
      logger,
    })
  }
}

async function fill(
  client: pg.Client,
  { table, columns, partitions }: TableLine,
  reader: DumpReader,
): Promise<number> {
  for (const { name, bound } of partitions)
    await client.query(`CREATE TABLE IF NOT EXISTS ${quote(name)} PARTITION OF ${quote(table)} ${bound}`)
  const copy = client.query(copyFrom(`COPY ${quote(table)} (${columns.map(quote).join(', ')}) FROM STDIN`))
  await pipeline(reader.rows(), copy)
  return copy.rowCount
}

async function load(client: pg.Client, file: string, checks: Record<string, Check>): Promise<string[]> {
  using opened = await openDump(file)
  const { header, reader } = opened
  const present = await listTables(client)
  const leftOut: string[] = []
  if (present.length > 0) await client.query(`TRUNCATE ${present.map(quote).join(', ')}`)
  // Triggers refuse what was allowed in its time: what is restored has happened already.
  for (const name of present) await client.query(`ALTER TABLE ${quote(name)} DISABLE TRIGGER USER`)
  for (;;) {
    const table = tableSchema.safeParse(await reader.line())
    if (!table.success) break
    const { data } = table
    if (!present.includes(data.table)) {
      leftOut.push(data.table)
      for await (const _ of reader.rows());
      continue
    }
    const rows = await fill(client, data, reader)
    if (rows !== checks[data.table]?.rows)
      throw new Error(`${data.table} got ${rows} rows, and had ${checks[data.table]?.rows}`)
  }
  for (const name of present) await client.query(`ALTER TABLE ${quote(name)} ENABLE TRIGGER USER`)
  const { rows: known } = await client.query<{ name: string }>(
    "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public'",
  )
  for (const { name, value } of header.sequences)
    if (known.some(one => one.name === name))
      await client.query('SELECT setval($1, $2)', [quote(name), value])
  return leftOut
}

/**
 * Fills a database with a dump. Its tables are made as they were then; the apps bring them up to date when they start.
 * All of it is one transaction: however it fails, what was there is still there.
 * @param mayReplace drops what is there
 * @returns how many rows, and tables that nothing here makes: theirs are left out
 */
export async function restore({
  url,
  file,
  mayReplace = false,
}: {
  url: string
  file: string
  mayReplace?: boolean
}): Promise<{ rows: number; leftOut: string[] }> {
  const { header, checks } = await verify(file)
  refuseNewer(header)
  const client = new pg.Client({ connectionString: url, application_name: 'backup' })
  // Lost while the file is read; the next statement says so.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`)
    if (!mayReplace) await refuseOlder(header, client)
    await refuseUsed(client, mayReplace)
    if (mayReplace) {
      await client.query(
        'DROP SCHEMA IF EXISTS migrations CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public',
      )
    }
    await migrateTo(header, client)
    const leftOut = await load(client, file, checks)
    await settle(client)
    await client.query('COMMIT')
    await client.query('ANALYZE')
    const counts = Object.entries(checks).map(([name, { rows }]) => (leftOut.includes(name) ? 0 : rows))
    return { rows: counts.reduce((sum, rows) => sum + rows, 0), leftOut }
  } finally {
    await client.end()
  }
}
