import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Client } from 'pg'
import pg from 'pg'
import { doubt, type Finding, good } from '../finding.ts'

const repository = join(import.meta.dirname, '..', '..', '..', '..')

const ownMigrations = (): string[] =>
  globSync('{apps,packages}/**/migrations/**/*.sql', {
    cwd: repository,
    exclude: path => path.includes('node_modules'),
  }).map(path => basename(path, '.sql'))

async function appliedMigrations(client: Client): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'migrations'`,
  )
  const names: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM migrations.${pg.escapeIdentifier(name)}`,
    )
    names.push(...rows.map(row => row.name))
  }
  return names
}

/** What of the tables is older or newer than this version. */
export async function judgeMigrations(client: Client): Promise<Finding[]> {
  const own = ownMigrations()
  const applied = await appliedMigrations(client)
  const pending = own.filter(name => !applied.includes(name))
  const unknown = applied.filter(name => !own.includes(name))
  if (unknown.length > 0)
    return [
      doubt(
        `the tables are those of a newer version (${unknown.join(', ')})`,
        'do not start this version unless the newer one says that the older may go on',
      ),
    ]
  if (applied.length === 0) return [good('the database is empty; the apps make their tables as they start')]
  if (pending.length === 0) return [good('the tables are up to date')]
  return [good(`${pending.length} migrations run as the apps start (${pending.join(', ')})`)]
}
