import { type ClusterTable, ShardState } from '@shardlight/shard-registry'

type Spell = { sinceMs: number; seenAtMs: number }

/**
 * For how long this replica has itself seen each shard Unhealthy, by a monotonic clock: neither a wall clock that is
 * set nor what a registry remembers of a time in which nobody looked makes a spell longer.
 */
export function createUnhealthySpells() {
  let clusters = new Map<string, Map<number, Spell>>()
  return {
    see(table: ClusterTable, nowMs: number): void {
      const before = clusters.get(table.name)
      const spells = new Map<number, Spell>()
      for (const [shard, state] of table.states.entries()) {
        if (state !== ShardState.Unhealthy) continue
        const sinceMs = table.get(shard)?.sinceMs ?? 0
        const known = before?.get(shard)
        spells.set(shard, known?.sinceMs === sinceMs ? known : { sinceMs, seenAtMs: nowMs })
      }
      clusters.set(table.name, spells)
    },
    /** 0 for a shard that is not Unhealthy. */
    lastedMs(cluster: string, shard: number, nowMs: number): number {
      const spell = clusters.get(cluster)?.get(shard)
      return spell ? nowMs - spell.seenAtMs : 0
    },
    forget(cluster: string): void {
      clusters.delete(cluster)
    },
    forgetAll(): void {
      clusters = new Map()
    },
  }
}

export type UnhealthySpells = ReturnType<typeof createUnhealthySpells>
