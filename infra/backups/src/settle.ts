import type pg from 'pg'
import { quote } from './schema.ts'

/**
 * Ids are also remembered where no backup reaches: in Discord's buttons, in addresses of incidents, in the folders of
 * sessions. What was made after the dump must not be taken for something else that gets the same id.
 */
const SKIPPED_IDS = 100_000

const exists = async (client: pg.ClientBase, table: string) =>
  (await client.query<{ oid: unknown }>('SELECT to_regclass($1) AS oid', [table])).rows[0]?.oid !== null

/**
 * What a database needs that was restored into another server or to an earlier moment, however that was done; in a
 * transaction of the caller's, and with nobody else at work.
 */
export async function settle(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public'",
  )
  for (const { name } of rows) {
    await client.query(`SELECT setval($1, nextval($1) + ${SKIPPED_IDS})`, [quote(name)])
  }
  if (!(await exists(client, 'wikipedia_follow_position'))) return
  // Transactions are numbered anew in another server. What nobody has looked through counts as stored now, and all
  // else as looked through.
  await client.query(
    `UPDATE recent_changes
     SET stored_in = CASE WHEN stored_in >= (SELECT stored_from FROM wikipedia_follow_position)
       THEN pg_current_xact_id() END
     WHERE stored_in IS NOT NULL`,
  )
  await client.query('UPDATE wikipedia_follows SET stored_from = pg_current_xact_id(), stored_after = NULL')
  await client.query('UPDATE wikipedia_follow_position SET stored_from = pg_current_xact_id()')
}
