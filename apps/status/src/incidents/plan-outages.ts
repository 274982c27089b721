import { type ClusterTable, ShardState } from '@shardlight/shard-registry'
import type { Incident, IncidentImpact } from '@shardlight/status-client'
import { newlyDown, type Spells } from './down-shards.ts'
import { idsOf } from './shard-ranges.ts'

const CRITICAL_SHARE = 0.5
const MAJOR_SHARE = 0.1

export type OutagePlan =
  | { act: 'open'; processId: string | null; shards: number[]; impact: IncidentImpact }
  | {
      act: 'change'
      incident: Incident
      /** Of those that were down, the ones that still are. */
      remaining: number[]
      grown: number[]
      /** Of both. */
      impact: IncidentImpact
    }
  | { act: 'resolve'; incident: Incident; what: 'back' | 'moved' | 'switched-off' }

/** Of a process that is wholly down, or of shards of several: by their share; of some shards of a process: minor. */
function impactOf(table: ClusterTable, processId: string | null, shards: readonly number[]): IncidentImpact {
  const share = shards.length / Math.max(1, table.totalShards)
  const affected = new Set(shards)
  const isUntouched = (_: unknown, shard: number) =>
    !affected.has(shard) && table.get(shard)?.processId === processId
  if (processId !== null && table.states.some(isUntouched)) return 'minor'
  if (share >= CRITICAL_SHARE) return 'critical'
  return processId !== null || share >= MAJOR_SHARE ? 'major' : 'minor'
}

/** Offline is meant, and Online is well; what is on its way, or of which nothing is known, is not there yet. */
function isStillDown(table: ClusterTable, shard: number): boolean {
  if (table.totalShards === 0) return true
  if (shard >= table.totalShards) return false
  const state = table.states[shard]
  return state !== ShardState.Online && state !== ShardState.Offline
}

function howItEnded(table: ClusterTable, { shards, processId }: Incident): 'back' | 'moved' | 'switched-off' {
  const records = idsOf(shards).flatMap(shard => table.get(shard) ?? [])
  if (records.length > 0 && records.every(({ state }) => state === ShardState.Online)) return 'back'
  const isOurs = (of: string | null) => processId === null || of === processId
  return records.some(record => record.state === ShardState.Offline && isOurs(record.processId))
    ? 'switched-off'
    : 'moved'
}

/**
 * What is to be done so that the open outages of a cluster are those that its picture shows. It depends on the picture
 * alone and not on what was done before: whoever missed something does it the next time.
 */
export function planOutages({
  table,
  open,
  mayOpen,
  ...spells
}: {
  table: ClusterTable
  /** The unresolved outages of the cluster. */
  open: readonly Incident[]
  mayOpen: boolean
} & Spells): OutagePlan[] {
  const groups = mayOpen ? newlyDown(table, open, spells) : []

  const plans = open.map((incident): OutagePlan => {
    const isDown = (shard: number) => isStillDown(table, shard)
    const still = idsOf(incident.remaining).filter(isDown)
    const grown = groups.filter(one => one.incident === incident).flatMap(({ shards }) => shards)
    // What went down again this moment does not end with the last of the others.
    const remaining = still.length + grown.length > 0 ? still : idsOf(incident.shards).filter(isDown)
    if (remaining.length + grown.length === 0)
      return { act: 'resolve', incident, what: howItEnded(table, incident) }
    const impact = impactOf(table, incident.processId, [...remaining, ...grown])
    return { act: 'change', incident, remaining, grown, impact }
  })
  const opened = groups
    .filter(({ incident }) => !incident)
    .map(({ processId, shards }): OutagePlan => {
      return { act: 'open', processId, shards, impact: impactOf(table, processId, shards) }
    })
  return [...plans, ...opened]
}
