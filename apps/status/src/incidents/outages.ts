import { type Incident, type IncidentImpact, incidentImpacts } from '@shardlight/status-client'
import type { IncidentLedger } from './incident-store.ts'
import type { OutagePlan } from './plan-outages.ts'
import { areSame, idsOf, toRanges } from './shard-ranges.ts'
import { textOf, titleOfOutage } from './wording.ts'

/** What goes down again so soon is the same incident. */
const FLAPPING_MS = 10 * 60_000
const MOST_UPDATES_OF_ONE = 50
/** Shards that fall one after the other are told together. */
const BETWEEN_UPDATES_MS = 60_000

const graver = (one: IncidentImpact, other: IncidentImpact): IncidentImpact =>
  incidentImpacts.indexOf(one) > incidentImpacts.indexOf(other) ? one : other

const names = ({ shards }: Incident, some: readonly number[]) => {
  const named = new Set(idsOf(shards))
  return some.some(shard => named.has(shard))
}

type Opening = Extract<OutagePlan, { act: 'open' }> & { cluster: string }

/** Opens an outage, or the last one again where it had ended a moment ago. */
export async function openOutage(
  ledger: IncidentLedger,
  { downForMs, ...opening }: Opening & { downForMs: (shard: number) => number },
): Promise<void> {
  const { cluster, processId, impact } = opening
  const last = await ledger.latestOutage(cluster, processId)
  // Of those that are of no process others may be open, or about other shards.
  const latest = last && (processId !== null || names(last, opening.shards)) ? last : undefined
  const downAtMs = ledger.nowMs - Math.max(...opening.shards.map(downForMs))
  const isFlapping = downAtMs < (latest?.resolvedAtMs ?? 0) + FLAPPING_MS
  if (latest && isFlapping && latest.updates.length < MOST_UPDATES_OF_ONE)
    return reopenOutage(ledger, { opening, latest, downAtMs })
  const shards = toRanges(opening.shards)
  const id = await ledger.insert({
    cluster,
    kind: 'outage',
    status: 'investigating',
    impact,
    title: titleOfOutage({ processId, shards, impact, isOver: false }),
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
    title: titleOfOutage({ processId, shards, impact: graver(latest.impact, opening.impact), isOver: false }),
    shards,
    remaining,
    downAtMs,
    resolvedAtMs: null,
  })
  const facts = { what: 'down-again' as const, processId, shards: remaining }
  await ledger.append(latest.id, { by: 'system', status: 'investigating', text: textOf(facts), facts })
}

/** Fewer shards than before in silence; more with a word, and graver ones at once. */
export async function changeOutage(
  ledger: IncidentLedger,
  { incident, remaining, grown, impact }: Extract<OutagePlan, { act: 'change' }>,
): Promise<void> {
  const { id, processId, status, updates } = incident
  const isGraver = grown.length > 0 && graver(incident.impact, impact) !== incident.impact
  const sinceLastMs = ledger.nowMs - (updates.at(-1)?.atMs ?? 0)
  const mustWait = !isGraver && sinceLastMs >= 0 && sinceLastMs < BETWEEN_UPDATES_MS
  const added = mustWait ? [] : grown
  const shards = toRanges([...idsOf(incident.shards), ...added])
  const next = toRanges([...remaining, ...added])
  if (areSame(shards, incident.shards) && areSame(next, incident.remaining)) return
  await ledger.save({
    ...incident,
    shards,
    remaining: next,
    impact: isGraver ? impact : incident.impact,
    title: titleOfOutage({ processId, shards, impact: isGraver ? impact : incident.impact, isOver: false }),
  })
  if (added.length === 0 || (!isGraver && updates.length >= MOST_UPDATES_OF_ONE)) return
  const facts = { what: 'down-too' as const, processId, shards: toRanges(added) }
  await ledger.append(id, { by: 'system', status, text: textOf(facts), facts })
}

/** Whether a plan would change what is stored. */
export const changesAnything = (plan: OutagePlan): boolean =>
  plan.act !== 'change' ||
  plan.grown.length > 0 ||
  !areSame(toRanges(plan.remaining), plan.incident.remaining)

export async function resolveOutage(
  ledger: IncidentLedger,
  { incident, what }: Extract<OutagePlan, { act: 'resolve' }>,
): Promise<void> {
  const { processId, shards } = incident
  await ledger.save({
    ...incident,
    status: 'resolved',
    title: titleOfOutage({ processId, shards, impact: incident.impact, isOver: true }),
    remaining: [],
    resolvedAtMs: ledger.nowMs,
  })
  const facts = { what, afterMs: Math.max(0, ledger.nowMs - (incident.downAtMs ?? incident.startedAtMs)) }
  await ledger.append(incident.id, { by: 'system', status: 'resolved', text: textOf(facts), facts })
}
