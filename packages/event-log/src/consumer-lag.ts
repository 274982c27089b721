import type { Queryable } from '@shardlight/database'
import { readHead } from './read-events.ts'

/** By consumer, how many places of the log lie before it that it has not looked at yet. */
export async function readConsumerLag(database: Queryable): Promise<Map<string, number>> {
  const head = await readHead(database)
  const cursors = await database.query<{ name: string; cursor: bigint }>(
    'SELECT name, cursor FROM event_cursors ORDER BY name',
  )
  return new Map(cursors.map(({ name, cursor }) => [name, Math.max(0, Number(head - cursor))]))
}
