import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from '../deployment.ts'

/** Of DATABASE_URL, or of the PostgreSQL that `npm start` runs here now; undefined where there is neither. */
export async function databaseAddress({
  read,
  dataDir,
  isLocalRunning,
}: Deployment): Promise<string | undefined> {
  const given = read('DATABASE_URL')
  if (given !== undefined || !isLocalRunning) return given
  // https://www.postgresql.org/docs/current/storage-file-layout.html: the fourth line of postmaster.pid is its port.
  const port = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3]
  const password = await readFile(join(dataDir, 'postgres.password'), 'utf8')
  return `postgres://shardlight:${password}@127.0.0.1:${port}/postgres`
}
