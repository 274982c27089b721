import {
  type ClusterTable,
  ShardState,
  shardOfGuild,
  shardStateNames,
  shardsToBe,
} from '@shardlight/shard-registry'
import {
  type ComingLayout,
  type ComingOfGuild,
  type ComingOfShard,
  MOST_TARGETS,
} from '@shardlight/status-client'

export function countsOf(table: ClusterTable): ComingLayout['counts'] {
  const counts = table.counts()
  const count = (state: ShardState) => counts[state] ?? 0
  return {
    unknown: count(ShardState.Unknown),
    unhealthy: count(ShardState.Unhealthy),
    offline: count(ShardState.Offline),
    online: count(ShardState.Online),
    starting: count(ShardState.Starting),
    stopping: count(ShardState.Stopping),
    resuming: count(ShardState.Resuming),
  }
}

/** Of a layout without a shard that is up or on its way, nothing comes any more. */
function comingTable({ coming }: ClusterTable): ClusterTable | undefined {
  return coming?.states.some(state => state >= ShardState.Online) ? coming : undefined
}

const layoutOf = ({ newest, totalShards }: ClusterTable) => ({ generation: newest.generation, totalShards })

function targetOf(coming: ClusterTable, id: number): ComingOfGuild['shard'] {
  const state = coming.get(id)?.state ?? ShardState.Unknown
  return { id, state, stateName: shardStateNames[state] ?? '' }
}

export function comingLayoutOf(table: ClusterTable): ComingLayout | null {
  const coming = comingTable(table)
  return coming ? { ...layoutOf(coming), counts: countsOf(coming) } : null
}

export function comingOfShard(table: ClusterTable, id: number): ComingOfShard | null {
  const coming = comingTable(table)
  if (!coming) return null
  const targets = shardsToBe(id, table.totalShards, coming.totalShards)
  return {
    ...layoutOf(coming),
    targets: targets.length,
    shards: targets.slice(0, MOST_TARGETS).map(target => targetOf(coming, target)),
  }
}

export function comingOfGuild(table: ClusterTable, guildId: bigint): ComingOfGuild | null {
  const coming = comingTable(table)
  if (!coming) return null
  return { ...layoutOf(coming), shard: targetOf(coming, shardOfGuild(guildId, coming.totalShards)) }
}
