import { type ClusterTable, ShardState } from '@shardlight/shard-registry'
import type { Incident } from '@shardlight/status-client'
import { idsOf } from './shard-ranges.ts'

/** A restart takes seconds; what is silent for longer is worth a word. */
const DOWN_AFTER_MS = 60_000
/** Shards of which nothing is heard while others are up: longer than a process takes to begin after another. */
const LOST_AFTER_MS = 3 * 60_000
/** When more processes than that go down at the same time, something else has happened than to each of them. */
const MOST_AT_ONCE = 4
/** Processes of one host fall silent within as many seconds as lie between two pushes. */
const GATHER_MS = 10_000

export type DownGroup = {
  /** Null: of shards that nobody says who holds, or of many processes. */
  processId: string | null
  shards: number[]
  /** The open outage that they belong to. */
  incident: Incident | undefined
}

export type Spells = {
  /** For how long a shard has been seen Unhealthy, or lost: Unknown while others are up. */
  lastedMs: (shard: number) => number
  /** Whether what it is down with was told, and resolved. */
  isEnded: (shard: number) => boolean
}

/** Whether it is of shards that no process holds: what goes down with many processes is another. */
const isLone = (table: ClusterTable, { processId, shards }: Incident) =>
  processId === null && idsOf(shards).every(shard => (table.get(shard)?.processId ?? null) === null)

type Aged = DownGroup & { ageMs: number }

/** Shards that are down and of which no open outage says so, by the outage they were in, else by who holds them. */
function group(table: ClusterTable, open: readonly Incident[], { lastedMs, isEnded }: Spells): Aged[] {
  const remaining = new Set(open.flatMap(incident => idsOf(incident.remaining)))
  const wasIn = new Map(open.flatMap(incident => idsOf(incident.shards).map(shard => [shard, incident])))
  const groups = new Map<Incident | string | null, Aged>()
  for (const [shard, state] of table.states.entries()) {
    const isLost = state === ShardState.Unknown
    if ((!isLost && state !== ShardState.Unhealthy) || remaining.has(shard) || isEnded(shard)) continue
    const holder = table.get(shard)?.processId ?? null
    const incident =
      wasIn.get(shard) ??
      open.find(one => one.processId === holder && (holder !== null || isLone(table, one)))
    const ageMs = lastedMs(shard) - (isLost ? LOST_AFTER_MS - DOWN_AFTER_MS : 0)
    // A process is down as one; other shards are looked at one by one.
    if (ageMs < DOWN_AFTER_MS && (holder === null || incident || isLost)) continue
    const key = incident ?? holder
    const known = groups.get(key)
    if (known) {
      known.shards.push(shard)
      known.ageMs = Math.max(known.ageMs, ageMs)
    } else
      groups.set(key, { processId: incident ? incident.processId : holder, shards: [shard], incident, ageMs })
  }
  return [...groups.values()]
}

/**
 * What has been down for long enough to be told, and is not yet; it waits a little for others, down since a few seconds
 * later, that soon will be too. Many processes at once are one group.
 */
export function newlyDown(table: ClusterTable, open: readonly Incident[], spells: Spells): DownGroup[] {
  const groups = group(table, open, spells)
  const ripe = groups.filter(({ ageMs }) => ageMs >= DOWN_AFTER_MS)
  const isSoon = groups.some(({ ageMs }) => ageMs >= DOWN_AFTER_MS - GATHER_MS && ageMs < DOWN_AFTER_MS)
  const due = isSoon ? ripe.filter(({ ageMs }) => ageMs >= DOWN_AFTER_MS + GATHER_MS) : ripe
  const atOnce = due.filter(({ processId, incident }) => processId !== null && !incident)
  if (atOnce.length <= MOST_AT_ONCE) return due
  const incident = open.find(one => one.processId === null && !isLone(table, one))
  const together = { processId: null, shards: atOnce.flatMap(({ shards }) => shards), incident }
  return [...due.filter(one => !atOnce.includes(one)), together]
}
