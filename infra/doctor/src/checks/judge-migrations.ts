import { existsSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Client } from 'pg'
import pg from 'pg'
import { doubt, type Finding, good } from '../finding.ts'

const ownMigrations = (repository: string): string[] =>
  globSync('{apps,packages}/**/migrations/**/*.sql', {
    cwd: repository,
    exclude: path => path.includes('node_modules'),
  }).map(path => basename(path, '.sql'))

/** An image has the files of one app, and nothing of the others' tables. */
const isWhole = (repository: string): boolean => existsSync(join(repository, 'apps', 'status'))

/** What ran of each set of tables. */
async function appliedMigrations(client: Client): Promise<string[][]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'migrations'`,
  )
  const sets: string[][] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM migrations.${pg.escapeIdentifier(name)}`,
    )
    sets.push(rows.map(row => row.name))
  }
  return sets
}

/**
 * What of the tables is older or newer than this version.
 * @param repository where this version's files are
 */
export async function judgeMigrations(
  client: Client,
  repository = join(import.meta.dirname, '..', '..', '..', '..'),
): Promise<Finding[]> {
  const own = ownMigrations(repository)
  const sets = await appliedMigrations(client)
  const applied = sets.flat()
  const isOwn = (name: string) => own.includes(name)
  const pending = own.filter(name => !applied.includes(name))
  const unknown = sets
    .filter(names => isWhole(repository) || names.some(isOwn))
    .flatMap(names => names.filter(name => !isOwn(name)))
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
