import type { Incident } from '@shardlight/status-client'
import type { IncidentLedger } from './incident-store.ts'
import { textOf } from './wording.ts'

/** Whether it goes on by its plan, or because somebody began it before. */
export const isRunning = ({ kind, status, resolvedAtMs, startsAtMs, endsAtMs }: Incident, nowMs: number) =>
  kind === 'maintenance' &&
  resolvedAtMs === null &&
  (status === 'in_progress' || (startsAtMs !== null && startsAtMs <= nowMs)) &&
  endsAtMs !== null &&
  nowMs < endsAtMs

/** Whether its time has come to begin or to end. */
export const isDue = ({ kind, status, resolvedAtMs, startsAtMs, endsAtMs }: Incident, nowMs: number) =>
  kind === 'maintenance' &&
  resolvedAtMs === null &&
  ((status === 'scheduled' && startsAtMs !== null && startsAtMs <= nowMs) ||
    (endsAtMs !== null && endsAtMs <= nowMs))

/** Begins and ends what is planned, each once, whichever replica comes first. */
export async function advanceMaintenance(ledger: IncidentLedger, incident: Incident): Promise<void> {
  if (!isDue(incident, ledger.nowMs)) return
  if (incident.status === 'scheduled') {
    await ledger.save({ ...incident, status: 'in_progress' })
    const facts = { what: 'maintenance-began' as const }
    await ledger.append(incident.id, { by: 'system', status: 'in_progress', text: textOf(facts), facts })
  }
  if (incident.endsAtMs === null || incident.endsAtMs > ledger.nowMs) return
  await ledger.save({ ...incident, status: 'completed', resolvedAtMs: ledger.nowMs })
  const facts = { what: 'maintenance-ended' as const }
  await ledger.append(incident.id, { by: 'system', status: 'completed', text: textOf(facts), facts })
}
