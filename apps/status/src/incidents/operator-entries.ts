import type { Incident, IncidentStatus } from '@shardlight/status-client'
import { RequestError } from '../request-error.ts'
import type { IncidentFields, IncidentLedger } from './incident-store.ts'
import { advanceMaintenance, isDue } from './maintenance.ts'
import type { NewIncident, NewMaintenance, NewOperatorUpdate } from './operator-requests.ts'
import { toRanges } from './shard-ranges.ts'
import { titleOfOutage } from './wording.ts'

/** What nobody could read any more. */
const MOST_OPEN = 50
const MOST_UPDATES = 200

const OF_MAINTENANCE: readonly IncidentStatus[] = ['in_progress', 'completed', 'cancelled']
const OVER: readonly IncidentStatus[] = ['resolved', 'completed', 'cancelled']

async function insert(
  ledger: IncidentLedger,
  fields: Omit<IncidentFields, 'processId' | 'remaining' | 'downAtMs'>,
  text: string,
): Promise<number> {
  const open = (await ledger.unresolved()).filter(({ cluster }) => cluster === fields.cluster)
  if (open.length >= MOST_OPEN)
    throw new RequestError(409, `cluster "${fields.cluster}" has ${open.length} open incidents; resolve some`)
  const id = await ledger.insert({ ...fields, processId: null, remaining: [], downAtMs: null })
  await ledger.append(id, { by: 'operator', status: fields.status, text, facts: null })
  return id
}

export const openNote = (
  ledger: IncidentLedger,
  cluster: string,
  { title, text, impact, status, shards }: NewIncident,
): Promise<number> =>
  insert(
    ledger,
    {
      cluster,
      kind: 'note',
      title,
      impact,
      status,
      shards: toRanges(shards),
      startedAtMs: ledger.nowMs,
      resolvedAtMs: status === 'resolved' ? ledger.nowMs : null,
      startsAtMs: null,
      endsAtMs: null,
    },
    text,
  )

export async function planMaintenance(
  ledger: IncidentLedger,
  cluster: string,
  { title, text, startsAtMs, endsAtMs }: NewMaintenance,
): Promise<number> {
  if (endsAtMs <= ledger.nowMs) throw new RequestError(400, 'endsAtMs: expected a time to come')
  const status = 'scheduled' as const
  const planned = { cluster, kind: 'maintenance', title, status, impact: 'none', shards: [] } as const
  const times = { startedAtMs: startsAtMs, resolvedAtMs: null, startsAtMs, endsAtMs }
  const id = await insert(ledger, { ...planned, shards: [], ...times }, text)
  const incident = await ledger.find(id)
  if (incident) await advanceMaintenance(ledger, incident)
  return id
}

function afterUpdate(incident: Incident, status: IncidentStatus, nowMs: number): Incident {
  const isOver = OVER.includes(status)
  const { kind } = incident
  return {
    ...incident,
    status,
    title: kind === 'outage' ? titleOfOutage({ ...incident, isOver }) : incident.title,
    remaining: isOver ? [] : incident.remaining,
    resolvedAtMs: isOver ? (incident.resolvedAtMs ?? nowMs) : null,
    startedAtMs:
      isOver || status === 'in_progress' ? Math.min(incident.startedAtMs, nowMs) : incident.startedAtMs,
  }
}

/** @throws {RequestError} 404, 409 */
export async function addUpdate(
  ledger: IncidentLedger,
  { cluster, id }: { cluster: string; id: number },
  { status, text }: NewOperatorUpdate,
): Promise<number> {
  const incident = await ledger.find(id)
  if (incident?.cluster !== cluster) throw new RequestError(404, `cluster "${cluster}" has no incident ${id}`)
  const isMaintenance = incident.kind === 'maintenance'
  if (OF_MAINTENANCE.includes(status) !== isMaintenance)
    throw new RequestError(
      409,
      `"${status}" is no status of ${isMaintenance ? 'maintenance' : 'an incident'}`,
    )
  // A last word may follow, such as what was learnt.
  if (incident.resolvedAtMs !== null && status !== incident.status)
    throw new RequestError(409, `incident ${id} is ${incident.status}; open another`)
  if (status === 'completed' && incident.status === 'scheduled' && !isDue(incident, ledger.nowMs))
    throw new RequestError(
      409,
      `maintenance ${id} has not begun: it may be cancelled, or begun with "in_progress"`,
    )
  if (incident.updates.length >= MOST_UPDATES)
    throw new RequestError(409, `incident ${id} has ${MOST_UPDATES} updates; open another`)
  await ledger.save(afterUpdate(incident, status, ledger.nowMs))
  await ledger.append(id, { by: 'operator', status, text, facts: null })
  return id
}
