import type { Client } from 'pg'
import { bad, type Finding, good } from '../finding.ts'

const LONGEST_WAIT_MS = 1_500
const CHANNEL = 'shardlight_doctor'

const processOf = async (client: Client): Promise<number | undefined> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid
}

/** Whether what one says the other hears. */
async function hears(listener: Client, speaker: Client, signal: AbortSignal): Promise<boolean> {
  const heard = Promise.withResolvers<boolean>()
  listener.once('notification', () => heard.resolve(true))
  signal.addEventListener('abort', () => heard.resolve(false), { once: true })
  const timer = setTimeout(() => heard.resolve(false), LONGEST_WAIT_MS)
  try {
    await listener.query(`LISTEN ${CHANNEL}`)
    await speaker.query(`NOTIFY ${CHANNEL}`)
    return await heard.promise
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Whether each connection is one of the server's for as long as it lasts. Behind a pooler that gives the server's
 * connections out by transaction, LISTEN hears nothing and advisory locks are held by whoever comes next.
 */
export async function judgePooling(one: Client, other: Client, signal: AbortSignal): Promise<Finding[]> {
  const before = await processOf(one)
  await other.query('BEGIN')
  const others = await processOf(other)
  const after = await processOf(one)
  await other.query('ROLLBACK')
  if (before !== after || before === others || !(await hears(one, other, signal)))
    return [
      bad(
        'connections are pooled by transaction: LISTEN and advisory locks do not work',
        'set DATABASE_URL to PostgreSQL itself, or the pooler to `pool_mode = session`',
      ),
    ]
  return [good('LISTEN and locks work')]
}
