import type { Incident, IncidentImpact, IncidentUpdate } from '@shardlight/status-client'
import { type ClusterHealth, healthLevels, withShards } from '../incidents/cluster-health.ts'
import { isRunning } from '../incidents/maintenance.ts'

/** What the documents are made from. */
export type Facts = {
  name: string
  url: string
  atMs: number
  /** When a shard or an incident was last heard of. */
  updatedAtMs: number
  clusters: readonly { name: string; health: ClusterHealth; sinceMs: number; isStale: boolean }[]
  unresolved: readonly Incident[]
  recent: readonly Incident[]
}

const PAGE_ID = 'shardlight'
const MOST_INCIDENTS = 50
const INDICATORS = ['none', 'minor', 'major', 'critical'] as const
type Indicator = (typeof INDICATORS)[number]

const iso = (atMs: number) => new Date(atMs).toISOString()
const isoOrNull = (atMs: number | null) => (atMs === null ? null : iso(atMs))
const isMaintenance = ({ kind }: Incident) => kind === 'maintenance'
const lastAtMs = ({ updates, startedAtMs }: Incident) => updates.at(-1)?.atMs ?? startedAtMs

const pageOf = ({ name, url, updatedAtMs }: Facts) => ({
  id: PAGE_ID,
  name,
  url,
  time_zone: 'Etc/UTC',
  updated_at: iso(updatedAtMs),
})

const componentsOf = ({ clusters }: Facts) =>
  clusters.map(({ name, health: { level, online, total }, sinceMs, isStale }, at) => ({
    id: name,
    name,
    status: level,
    created_at: iso(sinceMs),
    updated_at: iso(sinceMs),
    position: at + 1,
    description: `${online} of ${total} shards online${isStale ? ' when last known' : ''}`,
    showcase: true,
    start_date: null,
    group_id: null,
    page_id: PAGE_ID,
    group: false,
    only_show_if_degraded: false,
  }))

type Component = ReturnType<typeof componentsOf>[number]

const updateOf = ({ id, atMs, status, text }: IncidentUpdate, incidentId: number, cluster: string) => ({
  id: String(id),
  status,
  body: text,
  incident_id: String(incidentId),
  created_at: iso(atMs),
  updated_at: iso(atMs),
  display_at: iso(atMs),
  affected_components: [{ code: cluster, name: cluster }],
  deliver_notifications: true,
  custom_tweet: null,
  tweet_id: null,
})

function incidentOf(incident: Incident, components: readonly Component[], url: string) {
  const { id, cluster, title, status, impact, startedAtMs, resolvedAtMs, updates } = incident
  const monitoringAtMs = updates.find(update => update.status === 'monitoring')?.atMs ?? null
  return {
    id: String(id),
    name: title,
    status,
    created_at: iso(updates[0]?.atMs ?? startedAtMs),
    updated_at: iso(lastAtMs(incident)),
    monitoring_at: isoOrNull(monitoringAtMs),
    resolved_at: isoOrNull(resolvedAtMs),
    impact: isMaintenance(incident) ? 'maintenance' : impact,
    shortlink: `${url}/#incident-${id}`,
    started_at: iso(startedAtMs),
    page_id: PAGE_ID,
    incident_updates: updates.toReversed().map(update => updateOf(update, id, cluster)),
    components: components.filter(component => component.id === cluster),
    ...(isMaintenance(incident) && {
      scheduled_for: isoOrNull(incident.startsAtMs),
      scheduled_until: isoOrNull(incident.endsAtMs),
    }),
  }
}

const INDICATOR_OF_LEVEL: Record<ClusterHealth['level'], Indicator> = {
  under_maintenance: 'none',
  operational: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
}
const DESCRIPTIONS: Record<Indicator, string> = {
  none: 'All Systems Operational',
  minor: 'Minor Service Outage',
  major: 'Partial System Outage',
  critical: 'Major Service Outage',
}

const worst = (indicators: readonly Indicator[]): Indicator =>
  INDICATORS[Math.max(0, ...indicators.map(one => INDICATORS.indexOf(one)))] ?? 'none'

/** The gravest of what the shards show and what incidents say; nothing is critical while one of the clusters is well. */
export function statusOf({ clusters, unresolved }: Facts): { indicator: Indicator; description: string } {
  const levels = withShards(clusters.map(({ health }) => health)).map(({ level }) => level)
  const shown = worst(levels.map(level => INDICATOR_OF_LEVEL[level]))
  const isAll = levels.every(level => healthLevels.indexOf(level) >= healthLevels.indexOf('partial_outage'))
  const said: readonly IncidentImpact[] = unresolved
    .filter(incident => !isMaintenance(incident))
    .map(({ impact }) => impact)
  const indicator = worst([shown === 'critical' && !isAll ? 'major' : shown, ...said])
  const isPlanned = indicator === 'none' && levels.includes('under_maintenance')
  const description = isPlanned ? 'Service Under Maintenance' : DESCRIPTIONS[indicator]
  // What is only remembered is not called well.
  if (clusters.some(({ isStale }) => isStale))
    return { indicator: worst([indicator, 'minor']), description: `${description}, when last known` }
  return { indicator, description }
}

const newestFirst = (incidents: readonly Incident[]) => incidents.toSorted((one, other) => other.id - one.id)

/** @param choose which of them, the newest first; an incident and maintenance are never told together */
function told(facts: Facts, choose: (incident: Incident) => boolean) {
  const components = componentsOf(facts)
  return newestFirst([...facts.unresolved, ...facts.recent].filter(choose))
    .slice(0, MOST_INCIDENTS)
    .map(incident => incidentOf(incident, components, facts.url))
}

const isOpen = ({ resolvedAtMs }: Incident) => resolvedAtMs === null
const openIncidents = (facts: Facts) => told(facts, one => !isMaintenance(one) && isOpen(one))
const maintenances = (facts: Facts, choose: (incident: Incident) => boolean) =>
  // Statuspage has no word for what was called off.
  told(facts, one => isMaintenance(one) && one.status !== 'cancelled' && choose(one))

export type StatuspageDocument = {
  /** Below `/api/v2/`. */
  path: string
  summary: string
  /** Whether it says nothing without incidents; the others are answered also while those cannot be read. */
  needsIncidents: boolean
  write: (facts: Facts) => object
}

/**
 * What Statuspage's public API answers (https://metastatuspage.com/api), so that tools which read it read this. Its
 * `incidents` without `.json` are our own, at the same path.
 */
export const statuspageDocuments: readonly StatuspageDocument[] = [
  {
    path: 'summary.json',
    summary: 'Status, components, open incidents and maintenance',
    needsIncidents: false,
    write: facts => ({
      page: pageOf(facts),
      components: componentsOf(facts),
      incidents: openIncidents(facts),
      scheduled_maintenances: maintenances(facts, isOpen),
      status: statusOf(facts),
    }),
  },
  {
    path: 'status.json',
    summary: 'One word for all',
    needsIncidents: false,
    write: facts => ({ page: pageOf(facts), status: statusOf(facts) }),
  },
  {
    path: 'components.json',
    summary: 'A component for each cluster',
    needsIncidents: false,
    write: facts => ({ page: pageOf(facts), components: componentsOf(facts) }),
  },
  {
    path: 'incidents.json',
    summary: 'The last 50 incidents',
    needsIncidents: true,
    write: facts => ({ page: pageOf(facts), incidents: told(facts, one => !isMaintenance(one)) }),
  },
  {
    path: 'incidents/unresolved.json',
    summary: 'Incidents that are open',
    needsIncidents: true,
    write: facts => ({ page: pageOf(facts), incidents: openIncidents(facts) }),
  },
  {
    path: 'scheduled-maintenances.json',
    summary: 'The last 50 of maintenance',
    needsIncidents: true,
    write: facts => ({ page: pageOf(facts), scheduled_maintenances: maintenances(facts, () => true) }),
  },
  {
    path: 'scheduled-maintenances/active.json',
    summary: 'Maintenance that is under way',
    needsIncidents: true,
    write: facts => ({
      page: pageOf(facts),
      scheduled_maintenances: maintenances(facts, one => isRunning(one, facts.atMs)),
    }),
  },
  {
    path: 'scheduled-maintenances/upcoming.json',
    summary: 'Maintenance to come',
    needsIncidents: true,
    write: facts => ({
      page: pageOf(facts),
      scheduled_maintenances: maintenances(facts, one => isOpen(one) && !isRunning(one, facts.atMs)),
    }),
  },
]
