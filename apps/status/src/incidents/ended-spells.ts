import type { ClusterTable } from '@shardlight/shard-registry'
import type { IncidentLedger } from './incident-store.ts'
import { idsOf } from './shard-ranges.ts'

/** A spell that had begun so long before its outage was resolved is the one that was resolved. */
const SAME_SPELL_MS = 30_000

/**
 * The shards that are down since before an outage that names them was resolved: an operator, or another replica, has
 * ended that.
 */
export async function readEndedSpells(
  ledger: IncidentLedger,
  table: ClusterTable,
  downForMs: (shard: number) => number,
): Promise<ReadonlySet<number>> {
  const longestMs = table.states.reduce((most, _, shard) => Math.max(most, downForMs(shard)), 0)
  const ended = await ledger.outagesEndedSince(table.name, ledger.nowMs - longestMs)
  const shards = new Set<number>()
  for (const { shards: ranges, resolvedAtMs } of ended)
    for (const shard of idsOf(ranges))
      if (ledger.nowMs - downForMs(shard) < resolvedAtMs - SAME_SPELL_MS) shards.add(shard)
  return shards
}
