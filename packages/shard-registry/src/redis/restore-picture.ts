import type { ClusterTable } from '../cluster-table.ts'
import type { RedisStore } from './redis-store.ts'
import { fieldOf, noticesUntil, type Operation, packRecord } from './wire.ts'

const OPERATIONS_A_CALL = 500

function operationsOf(table: ClusterTable, store: RedisStore): Operation[] {
  const operations: Operation[] = []
  for (const [source, { notices, untilMs }] of table.notices.told())
    operations.push(noticesUntil(table.name, source, notices, store.nowMs() + untilMs - performance.now()))
  for (let id = 0; id < table.totalShards; id += 1) {
    const record = table.get(id)
    if (record) operations.push(`p ${fieldOf(table.name, id)} ${packRecord(record)}`)
  }
  return operations
}

/**
 * Redis may be lost at any moment: what it no longer knows, a replica that saw it gives back, so that the page shows
 * the last known picture until the pushes have told it anew. Any number of replicas may do so at once.
 */
export async function restorePicture(tables: ClusterTable[], store: RedisStore): Promise<void> {
  // What is given back says until when it holds, by Redis' clock.
  await store.look()
  for (const table of tables) {
    const operations = operationsOf(table, store)
    const { name: cluster, totalShards } = table
    const { generation } = table.newest
    for (let at = 0; at < operations.length; at += OPERATIONS_A_CALL)
      await store.restore({ cluster, totalShards, generation }, operations.slice(at, at + OPERATIONS_A_CALL))
  }
}
