import type { Change, ClusterTable, ShardRecord } from '@shardlight/shard-registry'
import { ShardState } from '@shardlight/shard-registry'

const frameOf = (op: string, payload: unknown): Buffer => Buffer.from(JSON.stringify({ op, payload }))

/** Glance takes every status for a sign of health, until its sweep; in seconds since 1970. */
function lastHealthy({ state, sinceMs, lastHealthyMs }: ShardRecord): number {
  const healthyMs = lastHealthyMs ?? sinceMs
  return (state === ShardState.Unhealthy ? healthyMs : Math.max(healthyMs, sinceMs)) / 1000
}

/** All shards that are known; the others are absent, as Glance has it. */
export function helloFrame(tables: readonly ClusterTable[]): Buffer {
  const clusters = tables.map(table => {
    const shards: Record<string, unknown> = { len: table.totalShards }
    for (let id = 0; id < table.totalShards; id += 1) {
      const record = table.get(id)
      if (record) shards[id] = { state: record.state, last_healthy: lastHealthy(record) }
    }
    return [table.name, shards] as const
  })
  return frameOf('hello', Object.fromEntries(clusters))
}

export const stateFrame = (cluster: string, shard: number, state: number): Buffer =>
  frameOf('state_update', { cluster, shard, state })

export const changeFrame = ({ cluster, shard, kind, record: { state } }: Change): Buffer =>
  kind === 'state'
    ? stateFrame(cluster, shard, state)
    : frameOf('health_ping', { cluster, shard, ...(kind === 'revived' && { state }) })
