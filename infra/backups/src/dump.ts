import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type Check, FORMAT, type Header, type TableLine } from './dump-file.ts'
import { listTables, quote, readSchema, type Table } from './schema.ts'

/**
 * Numbers of transactions mean nothing in another server. Only which changes nobody has looked through yet, for those
 * who follow pages, is worth keeping.
 */
const COLUMNS: Record<string, string> = {
  'recent_changes.stored_in':
    'CASE WHEN stored_in >= (SELECT min(stored_from) FROM wikipedia_follow_position) THEN stored_in END',
}

const line = (content: Header | TableLine | { checks: Record<string, Check> }) =>
  `${JSON.stringify(content)}\n`

const selectOf = (table: Table, tables: Table[]) => {
  const isFollowed = tables.some(({ name }) => name === 'wikipedia_follow_position')
  const columns = table.columns.map(column => {
    const special = isFollowed ? COLUMNS[`${table.name}.${column}`] : undefined
    return special ?? quote(column)
  })
  return `SELECT ${columns.join(', ')} FROM ${quote(table.name)}`
}

async function* contentOf(
  client: pg.Client,
  counted: Record<string, Check>,
): AsyncGenerator<string | Buffer> {
  const { tables, sequences, migrations } = await readSchema(client)
  const { rows } = await client.query<{ server: string }>(
    "SELECT current_setting('server_version') AS server",
  )
  const takenAt = new Date().toISOString()
  yield line({ format: FORMAT, takenAt, server: rows[0]?.server ?? '', migrations, sequences })
  for (const table of tables) {
    yield line({ table: table.name, columns: table.columns, partitions: table.partitions })
    const hash = createHash('sha256')
    const copy = client.query(copyTo(`COPY (${selectOf(table, tables)}) TO STDOUT`))
    for await (const chunk of copy) {
      hash.update(chunk)
      yield chunk
    }
    yield '\\.\n'
    counted[table.name] = { rows: copy.rowCount, sha256: hash.digest('hex') }
  }
  yield line({ checks: counted })
}

/**
 * Writes all tables as they are at one moment, while others go on writing. The file appears, under its name, only
 * when it is whole.
 * @returns how many rows of each table
 */
export async function dump({ url, file }: { url: string; file: string }): Promise<Record<string, Check>> {
  const client = new pg.Client({ connectionString: url, application_name: 'backup' })
  await client.connect()
  const part = `${file}.part`
  const counted: Record<string, Check> = {}
  try {
    const tables = await listTables(client)
    if (tables.length === 0) throw new Error('there is nothing to dump: the database has no tables')
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    // Before the snapshot is taken, or a table could be changed or dropped between that and its turn.
    await client.query(`LOCK TABLE ${tables.map(quote).join(', ')} IN ACCESS SHARE MODE`)
    await pipeline(
      contentOf(client, counted),
      createGzip({ level: 4 }),
      createWriteStream(part, { mode: 0o600, flush: true }),
    )
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    await client.end()
  }
  return counted
}
