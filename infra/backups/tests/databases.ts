import { randomBytes } from 'node:crypto'
import { migrate, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import pg from 'pg'
import { inject } from 'vitest'
import { migrationSets } from '../src/migration-folders.ts'
import { listTables, quote } from '../src/schema.ts'

/** As the apps do when they start. */
export async function migrateAll(url: string): Promise<void> {
  await using database = await openDatabase({ url, applicationName: 'test' })
  for (const { name, directory } of migrationSets()) await migrate(database, { name, directory })
}

/** A fresh database with all tables that any app makes. */
export async function migratedDatabase() {
  const scratch = await testDatabase()
  await migrateAll(scratch.url)
  return scratch
}

export async function onDatabase<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

/** A database of its own with all that one has, which nobody may be using. */
export async function copyOf(url: string): Promise<AsyncDisposable & { url: string }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onDatabase(inject('postgresUrl'), client =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${new URL(url).pathname.slice(1)}`),
  )
  const copy = new URL(url)
  copy.pathname = `/${name}`
  return {
    url: copy.href,
    [Symbol.asyncDispose]: async () => {
      await onDatabase(inject('postgresUrl'), client => client.query(`DROP DATABASE ${name} WITH (FORCE)`))
    },
  }
}

/** Numbers of transactions mean something in their own server only. */
const PLACES = ['stored_in', 'stored_from', 'stored_after']

/** All rows of all tables, each as text, in an order of their own. */
export const rowsOf = (url: string): Promise<Record<string, string[]>> =>
  onDatabase(url, async client => {
    const rows: Record<string, string[]> = {}
    for (const table of await listTables(client)) {
      const found = await client.query<{ row: string }>(
        `SELECT (to_jsonb(one) - $1::text[])::text AS row FROM ${quote(table)} AS one ORDER BY 1`,
        [PLACES],
      )
      rows[table] = found.rows.map(({ row }) => row)
    }
    return rows
  })
