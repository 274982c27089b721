import {
  type Incident,
  type IncidentUpdate,
  incidentImpacts,
  type WebhookIncident,
} from '@shardlight/status-client'
import type { WebhookTarget } from './targets.ts'
import type { Progress, WebhookMessage } from './webhook-store.ts'

/** What is older is news no more: of a target that was away for days, or is configured again. */
const OLDEST_MS = 24 * 60 * 60_000

export type NewUpdate = { update: IncidentUpdate; incident: Incident }

/** Of an incident that it was told of it hears everything, also when the impact has become less. */
export function isWanted(
  { update, incident }: NewUpdate,
  { cluster, leastImpact }: Pick<WebhookTarget, 'cluster' | 'leastImpact'>,
  { following, nowMs }: Pick<Progress, 'following'> & { nowMs: number },
): boolean {
  if (nowMs - update.atMs > OLDEST_MS) return false
  if (cluster !== undefined && cluster !== incident.cluster) return false
  const isGrave = incidentImpacts.indexOf(incident.impact) >= incidentImpacts.indexOf(leastImpact)
  return isGrave || incident.kind === 'maintenance' || following.includes(incident.id)
}

/** All updates in one message: each incident once, with what is new of it. */
export function composeMessage(
  updates: readonly NewUpdate[],
  { id, upTo, nowMs, pageUrl }: { id: string; upTo: number; nowMs: number; pageUrl?: string | undefined },
): WebhookMessage {
  const incidents = new Map<number, WebhookIncident>()
  for (const { update, incident } of updates) {
    const { revision: _, ...facts } = incident
    const earlier = incidents.get(incident.id)?.updates ?? []
    const url = pageUrl && new URL(`#incident-${incident.id}`, pageUrl).href
    incidents.set(incident.id, { ...facts, ...(url && { url }), updates: [...earlier, update] })
  }
  return {
    id,
    upTo,
    body: {
      type: 'incidents.updated',
      timestamp: new Date(nowMs).toISOString(),
      data: { incidents: [...incidents.values()] },
    },
  }
}
