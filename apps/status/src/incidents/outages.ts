import { type Incident, type IncidentImpact, incidentImpacts } from '@shardlight/status-client'
import type { IncidentLedger } from './incident-store.ts'
import type { OutagePlan } from './plan-outages.ts'
import { areSame, idsOf, toRanges } from './shard-ranges.ts'
import { textOf, titleOfOutage } from './wording.ts'

/** What goes down again so soon is the same incident. */
const FLAPPING_MS = 10 * 60_000
const MOST_UPDATES_OF_ONE = 50
/** A spell that had begun so long before its incident was resolved is the one that was resolved. */
const SAME_SPELL_MS = 30_000

const graver = (one: IncidentImpact, other: IncidentImpact): IncidentImpact =>
  incidentImpacts.indexOf(one) > incidentImpacts.indexOf(other) ? one : other

type Opening = Extract<OutagePlan, { act: 'open' }> & { cluster: string }

/**
 * Opens an outage, or the last one again where it had ended a moment ago. Changes nothing where it is open, and leaves
 * out shards that have been down since before it was resolved: an operator, or another replica, has ended that.
 */
export async function openOutage(
  ledger: IncidentLedger,
  { downForMs, ...planned }: Opening & { downForMs: (shard: number) => number },
): Promise<void> {
  const { cluster, processId, impact } = planned
  const latest = await ledger.latestOutage(cluster, processId)
  if (latest?.resolvedAtMs === null) return
  const endedAtMs = latest?.resolvedAtMs ?? 0
  const began = planned.shards
    .map(shard => ({ shard, atMs: ledger.nowMs - downForMs(shard) }))
    .filter(({ atMs }) => atMs >= endedAtMs - SAME_SPELL_MS)
  if (began.length === 0) return
  const opening = { ...planned, shards: began.map(({ shard }) => shard) }
  const downAtMs = Math.min(...began.map(({ atMs }) => atMs))
  const isFlapping = downAtMs < endedAtMs + FLAPPING_MS
  if (latest && isFlapping && latest.updates.length < MOST_UPDATES_OF_ONE)
    return reopenOutage(ledger, { opening, latest, downAtMs })
  const shards = toRanges(opening.shards)
  const id = await ledger.insert({
    cluster,
    kind: 'outage',
    status: 'investigating',
    impact,
    title: titleOfOutage({ processId, shards, isOver: false }),
    processId,
    shards,
    remaining: shards,
    startedAtMs: downAtMs,
    downAtMs,
    resolvedAtMs: null,
    startsAtMs: null,
    endsAtMs: null,
  })
  const facts = { what: 'down' as const, processId, shards }
  await ledger.append(id, { by: 'system', status: 'investigating', text: textOf(facts), facts })
}

async function reopenOutage(
  ledger: IncidentLedger,
  { opening, latest, downAtMs }: { opening: Opening; latest: Incident; downAtMs: number },
): Promise<void> {
  const { processId } = opening
  const remaining = toRanges(opening.shards)
  const shards = toRanges([...opening.shards, ...idsOf(latest.shards)])
  await ledger.save({
    ...latest,
    status: 'investigating',
    impact: graver(latest.impact, opening.impact),
    title: titleOfOutage({ processId, shards, isOver: false }),
    shards,
    remaining,
    downAtMs,
    resolvedAtMs: null,
  })
  const facts = { what: 'down-again' as const, processId, shards: remaining }
  await ledger.append(latest.id, { by: 'system', status: 'investigating', text: textOf(facts), facts })
}

/** Other shards than before, in silence. */
export async function changeOutage(
  ledger: IncidentLedger,
  plan: Extract<OutagePlan, { act: 'change' }>,
): Promise<void> {
  const { incident } = plan
  const [shards, remaining] = [toRanges(plan.shards), toRanges(plan.remaining)]
  await ledger.save({
    ...incident,
    shards,
    remaining,
    impact: graver(incident.impact, plan.impact),
    title: titleOfOutage({ processId: incident.processId, shards, isOver: false }),
  })
}

/** Whether a plan would change what is stored. */
export function changesAnything(plan: OutagePlan): boolean {
  if (plan.act !== 'change') return true
  const { incident, shards, remaining, impact } = plan
  return (
    !areSame(toRanges(shards), incident.shards) ||
    !areSame(toRanges(remaining), incident.remaining) ||
    graver(incident.impact, impact) !== incident.impact
  )
}

export async function resolveOutage(
  ledger: IncidentLedger,
  { incident, what }: Extract<OutagePlan, { act: 'resolve' }>,
): Promise<void> {
  const { processId, shards } = incident
  await ledger.save({
    ...incident,
    status: 'resolved',
    title: titleOfOutage({ processId, shards, isOver: true }),
    remaining: [],
    resolvedAtMs: ledger.nowMs,
  })
  const facts = { what, afterMs: Math.max(0, ledger.nowMs - (incident.downAtMs ?? incident.startedAtMs)) }
  await ledger.append(incident.id, { by: 'system', status: 'resolved', text: textOf(facts), facts })
}
