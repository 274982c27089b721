import { type ClusterTable, ShardState } from '@shardlight/shard-registry'

/** `earlierMs`: how long before it was seen it may have begun. */
type Spell = { sinceMs: number; seenAtMs: number; earlierMs: number }
type Look = { atMs: number; spells: Map<number, Spell>; unknown: number }

/** Some are up and none is on its way: what is Unknown is not about to begin. */
const isSettled = (counts: readonly number[]) =>
  (counts[ShardState.Online] ?? 0) > 0 &&
  [ShardState.Starting, ShardState.Stopping, ShardState.Resuming].every(state => !counts[state])

/**
 * For how long this replica has itself seen each shard Unhealthy, or lost, by a monotonic clock: neither a wall clock that is
 * set nor what a registry remembers of a time in which nobody looked makes a spell longer.
 */
export function createDownSpells() {
  let clusters = new Map<string, Look>()

  return {
    see(table: ClusterTable, nowMs: number): void {
      const before = clusters.get(table.name)
      const counts = table.counts()
      const unknown = counts[ShardState.Unknown] ?? 0
      const areLost = unknown > 0 && isSettled(counts)
      const spells = new Map<number, Spell>()
      for (const [shard, state] of table.states.entries()) {
        const isLost = areLost && state === ShardState.Unknown
        if (!isLost && state !== ShardState.Unhealthy) continue
        const sinceMs = table.get(shard)?.sinceMs ?? 0
        const known = before?.spells.get(shard)
        const earlierMs = before && !known ? nowMs - before.atMs : Number.POSITIVE_INFINITY
        const isSame = known?.sinceMs === sinceMs && (!isLost || before?.unknown === unknown)
        spells.set(shard, isSame ? known : { sinceMs, seenAtMs: nowMs, earlierMs })
      }
      clusters.set(table.name, { atMs: nowMs, spells, unknown })
    },
    /** 0 for a shard that is neither. */
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
