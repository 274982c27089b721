import { type ClusterTable, ShardState } from '@shardlight/shard-registry'

/** `earlierMs`: how long before it was seen it may have begun. */
type Spell = { sinceMs: number; seenAtMs: number; earlierMs: number }
type Look = { atMs: number; spells: Map<number, Spell> }

/**
 * For how long this replica has itself seen each shard Unhealthy, by a monotonic clock: neither a wall clock that is
 * set nor what a registry remembers of a time in which nobody looked makes a spell longer.
 */
export function createDownSpells() {
  let clusters = new Map<string, Look>()

  return {
    see(table: ClusterTable, nowMs: number): void {
      const before = clusters.get(table.name)
      const spells = new Map<number, Spell>()
      for (const [shard, state] of table.states.entries()) {
        if (state !== ShardState.Unhealthy) continue
        const sinceMs = table.get(shard)?.sinceMs ?? 0
        const known = before?.spells.get(shard)
        const earlierMs = before && !known ? nowMs - before.atMs : Number.POSITIVE_INFINITY
        const isSame = known?.sinceMs === sinceMs
        spells.set(shard, isSame ? known : { sinceMs, seenAtMs: nowMs, earlierMs })
      }
      clusters.set(table.name, { atMs: nowMs, spells })
    },
    /** 0 for a shard that is not Unhealthy. */
    lastedMs(cluster: string, shard: number, nowMs: number): number {
      const spell = clusters.get(cluster)?.spells.get(shard)
      return spell ? nowMs - spell.seenAtMs : 0
    },
    /** What the registry remembers of it, as far as that agrees with what was seen; 0 as above. */
    downForMs(
      cluster: string,
      shard: number,
      { nowMs, rememberedMs }: { nowMs: number; rememberedMs: number },
    ): number {
      const spell = clusters.get(cluster)?.spells.get(shard)
      if (!spell) return 0
      const seenMs = nowMs - spell.seenAtMs
      return Math.max(seenMs, Math.min(rememberedMs, seenMs + spell.earlierMs))
    },
    forget(cluster: string): void {
      clusters.delete(cluster)
    },
    forgetAll(): void {
      clusters = new Map()
    },
  }
}
