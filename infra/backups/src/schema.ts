import type pg from 'pg'

export type Table = {
  name: string
  columns: string[]
  /** Of a partitioned table: its partitions' names and bounds, as CREATE TABLE wants them. */
  partitions: { name: string; bound: string }[]
}

export type Schema = {
  tables: Table[]
  sequences: { name: string; value: string }[]
  /** What ran of each set of migrations, in order. */
  migrations: Record<string, string[]>
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Tables of a schema, the referenced before those that refer to them: what is copied in that order fits. */
const TABLES = `
  WITH RECURSIVE tables AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  ), levels AS (
    SELECT oid, 0 AS level FROM tables
    UNION
    SELECT conrelid, level + 1 FROM levels
    JOIN pg_constraint ON contype = 'f' AND confrelid = levels.oid AND conrelid <> confrelid
    WHERE level < 20
  )
  SELECT relname AS name,
    (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('name', child.relname, 'bound', pg_get_expr(child.relpartbound, child.oid))
       ORDER BY child.relname), '[]')
     FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = tables.oid) AS partitions
  FROM tables JOIN levels USING (oid) GROUP BY oid, relname ORDER BY max(level), relname`

/** Those of identity columns, too. */
const SEQUENCES = `
  SELECT sequencename AS name, coalesce(last_value, start_value)::text AS value
  FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`

export const listTables = async (client: pg.ClientBase): Promise<string[]> =>
  (await client.query<Table>(TABLES)).rows.map(table => table.name)

export async function readMigrations(client: pg.ClientBase): Promise<Record<string, string[]>> {
  const { rows: sets } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'migrations' ORDER BY 1",
  )
  const migrations: Record<string, string[]> = {}
  for (const { name } of sets) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT name FROM migrations.${quote(name)} ORDER BY id`,
    )
    migrations[name] = rows.map(row => row.name)
  }
  return migrations
}

export async function readSchema(client: pg.ClientBase): Promise<Schema> {
  const { rows: tables } = await client.query<Table>(TABLES)
  const { rows: sequences } = await client.query<{ name: string; value: string }>(SEQUENCES)
  return { tables, sequences, migrations: await readMigrations(client) }
}
