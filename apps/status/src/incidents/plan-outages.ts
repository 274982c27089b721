import { type ClusterTable, ShardState } from '@shardlight/shard-registry'
import type { Incident, IncidentImpact } from '@shardlight/status-client'
import { idsOf } from './shard-ranges.ts'

/** A restart takes seconds; what is silent for longer is worth a word. */
export const DOWN_AFTER_MS = 60_000
/** When more processes than that go down at the same time, something else has happened than to each of them. */
const MOST_AT_ONCE = 4
/** Processes of one host fall silent within as many seconds as lie between two pushes. */
const GATHER_MS = 10_000

const CRITICAL_SHARE = 0.5
const MAJOR_SHARE = 0.1

export type OutagePlan =
  | { act: 'open'; processId: string | null; shards: number[]; impact: IncidentImpact }
  | { act: 'change'; incident: Incident; shards: number[]; remaining: number[]; impact: IncidentImpact }
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

/** Offline is meant, and Online is well; of a shard that nobody has spoken of since the last restart nothing is known. */
function isStillDown(table: ClusterTable, { processId }: Incident, shard: number): boolean {
  if (table.totalShards === 0) return true
  if (shard >= table.totalShards) return false
  const record = table.get(shard)
  if (!record || record.state === ShardState.Unknown) return true
  if (processId !== null && record.processId !== processId) return false
  return record.state !== ShardState.Online && record.state !== ShardState.Offline
}

function howItEnded(table: ClusterTable, { shards, processId }: Incident): 'back' | 'moved' | 'switched-off' {
  const records = idsOf(shards).flatMap(shard => table.get(shard) ?? [])
  if (records.length > 0 && records.every(({ state }) => state === ShardState.Online)) return 'back'
  const isOurs = (of: string | null) => processId === null || of === processId
  return records.some(record => record.state === ShardState.Offline && isOurs(record.processId))
    ? 'switched-off'
    : 'moved'
}

/** Unhealthy shards that no open outage names, by who holds them. */
function newlyDown(table: ClusterTable, open: readonly Incident[]): Map<string | null, number[]> {
  const named = new Set(open.flatMap(({ shards }) => idsOf(shards)))
  const groups = new Map<string | null, number[]>()
  for (const [shard, state] of table.states.entries()) {
    if (state !== ShardState.Unhealthy || named.has(shard)) continue
    const processId = table.get(shard)?.processId ?? null
    const group = groups.get(processId)
    if (group) group.push(shard)
    else groups.set(processId, [shard])
  }
  return groups
}

/** Those that are down for long enough; none while others, down since a few seconds later, soon will be too. */
function ripe(
  groups: ReadonlyMap<string | null, number[]>,
  lastedMs: (shard: number) => number,
): [processId: string | null, shards: number[]][] {
  const aged = [...groups].map(([processId, shards]) => {
    return { processId, shards, ageMs: Math.max(0, ...shards.map(lastedMs)) }
  })
  const long = aged.filter(({ ageMs }) => ageMs >= DOWN_AFTER_MS)
  const isSoon = aged.some(({ ageMs }) => ageMs >= DOWN_AFTER_MS - GATHER_MS && ageMs < DOWN_AFTER_MS)
  const mayWait = long.every(({ ageMs }) => ageMs < DOWN_AFTER_MS + GATHER_MS)
  return isSoon && mayWait ? [] : long.map(({ processId, shards }) => [processId, shards])
}

/**
 * What is to be done so that the open outages of a cluster are those that its picture shows. It depends on the picture
 * alone and not on what was done before: whoever missed something does it the next time.
 */
export function planOutages({
  table,
  open,
  lastedMs,
  mayOpen,
}: {
  table: ClusterTable
  /** The unresolved outages of the cluster. */
  open: readonly Incident[]
  /** For how long a shard has been seen Unhealthy. */
  lastedMs: (shard: number) => number
  mayOpen: boolean
}): OutagePlan[] {
  const groups = mayOpen ? newlyDown(table, open) : new Map<string | null, number[]>()
  // A process is down as one; shards that have nothing to do with each other are looked at one by one.
  const lone = groups.get(null) ?? []
  groups.set(
    null,
    lone.filter(shard => lastedMs(shard) >= DOWN_AFTER_MS),
  )
  const isOpen = (of: string | null) => open.some(({ processId }) => processId === of)
  let opening = [...ripe(groups, lastedMs)].filter(([processId]) => !isOpen(processId))
  if (opening.filter(([processId]) => processId !== null).length > MOST_AT_ONCE) {
    const together = opening.flatMap(([, shards]) => shards)
    groups.set(null, together)
    opening = isOpen(null) ? [] : [[null, together]]
  }

  const plans = open.flatMap((incident): OutagePlan[] => {
    const before = idsOf(incident.shards)
    const grown = groups.get(incident.processId) ?? []
    const remaining = [...before.filter(shard => isStillDown(table, incident, shard)), ...grown]
    if (remaining.length === 0) return [{ act: 'resolve', incident, what: howItEnded(table, incident) }]
    const impact = impactOf(table, incident.processId, remaining)
    return [{ act: 'change', incident, shards: [...before, ...grown], remaining, impact }]
  })
  return [
    ...plans,
    ...opening.map(([processId, shards]): OutagePlan => {
      return { act: 'open', processId, shards, impact: impactOf(table, processId, shards) }
    }),
  ]
}
