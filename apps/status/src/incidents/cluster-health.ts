import { type ClusterTable, ShardState } from '@shardlight/shard-registry'
import type { Incident } from '@shardlight/status-client'
import { isRunning } from './maintenance.ts'

/** In Statuspage's words, from the best to the worst; maintenance is neither. */
export const healthLevels = [
  'under_maintenance',
  'operational',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const
export type HealthLevel = (typeof healthLevels)[number]

export type ClusterHealth = {
  level: HealthLevel
  online: number
  down: number
  unknown: number
  total: number
}

/** Of a cluster that is expected and has never pushed there is nothing to say, unless there is no other. */
export function withShards<T extends { total: number }>(clusters: readonly T[]): readonly T[] {
  const pushed = clusters.filter(({ total }) => total > 0)
  return pushed.length > 0 ? pushed : clusters
}

const PARTIAL_SHARE = 0.1
const MAJOR_SHARE = 0.5

/** How a cluster is, in one word for machines and badges: by the shards that are down, unless that is planned. */
export function healthOf(table: ClusterTable, unresolved: readonly Incident[], nowMs: number): ClusterHealth {
  const counts = table.counts()
  const count = (...states: ShardState[]) =>
    states.reduce<number>((sum, state) => sum + (counts[state] ?? 0), 0)
  const total = table.totalShards
  const online = count(ShardState.Online)
  const down = count(ShardState.Unhealthy, ShardState.Offline)
  const unknown = count(ShardState.Unknown)
  const level = (): HealthLevel => {
    if (unresolved.some(one => one.cluster === table.name && isRunning(one, nowMs)))
      return 'under_maintenance'
    if (down >= total * MAJOR_SHARE && down > 0) return 'major_outage'
    if (down >= total * PARTIAL_SHARE && down > 0) return 'partial_outage'
    // Of what is not known nothing good is said, nor that it is down.
    return down > 0 || unknown > 0 || online === 0 ? 'degraded_performance' : 'operational'
  }
  return { level: level(), online, down, unknown, total }
}
