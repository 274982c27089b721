import type { Incident, IncidentUpdate } from '@shardlight/status-client'

export const AT_MS = Date.parse('2026-11-21T17:00:00.000Z')

export const exampleUpdate = (more: Partial<IncidentUpdate> = {}): IncidentUpdate => ({
  id: 1,
  atMs: AT_MS,
  by: 'system',
  status: 'investigating',
  text: 'No answer from shards 48–63.',
  facts: null,
  ...more,
})

/** A process that went down a minute ago. */
export const exampleIncident = (more: Partial<Incident> = {}): Incident => ({
  id: 7,
  cluster: 'main',
  kind: 'outage',
  status: 'investigating',
  impact: 'major',
  title: 'Process 3 is down: shards 48–63',
  processId: '3',
  shards: [[48, 63]],
  remaining: [[48, 63]],
  startedAtMs: AT_MS - 60_000,
  downAtMs: AT_MS - 60_000,
  resolvedAtMs: null,
  startsAtMs: null,
  endsAtMs: null,
  revision: 1,
  updates: [exampleUpdate()],
  ...more,
})
