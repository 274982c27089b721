import type { Incident } from '@shardlight/status-client'
import type { IncidentLedger, IncidentStore, TakenRequest } from './incident-store.ts'

/** Older ones that are resolved are forgotten. */
const MOST_INCIDENTS = 1_000
const MOST_REQUESTS = 1_000

type State = { incidents: Map<number, Incident>; requests: Map<string, TakenRequest>; ids: Ids }
type Ids = { incident: number; update: number; revision: number }

const newestFirst = (one: Incident, other: Incident) => other.id - one.id

function forgetOldest(state: State): void {
  const spare = state.incidents.size - MOST_INCIDENTS
  const resolved = [...state.incidents.values()].filter(({ resolvedAtMs }) => resolvedAtMs !== null)
  for (const { id } of resolved.slice(0, Math.max(0, spare))) state.incidents.delete(id)
  for (const key of [...state.requests.keys()].slice(0, Math.max(0, state.requests.size - MOST_REQUESTS)))
    state.requests.delete(key)
}

function openLedger({ incidents, requests, ids }: State, nowMs: number): IncidentLedger {
  const put = (incident: Incident) => {
    ids.revision += 1
    incidents.set(incident.id, { ...incident, revision: ids.revision })
  }
  const requestKey = (cluster: string, key: string) => JSON.stringify([cluster, key])
  return {
    nowMs,
    find: async id => incidents.get(id),
    unresolved: async () =>
      [...incidents.values()].filter(({ resolvedAtMs }) => resolvedAtMs === null).toSorted(newestFirst),
    latestOutage: async (cluster, processId) =>
      [...incidents.values()].findLast(
        one => one.kind === 'outage' && one.cluster === cluster && one.processId === processId,
      ),
    outagesEndedSince: async (cluster, atMs) =>
      [...incidents.values()].flatMap(({ kind, cluster: of, shards, resolvedAtMs }) =>
        kind === 'outage' && of === cluster && resolvedAtMs !== null && resolvedAtMs >= atMs
          ? [{ shards, resolvedAtMs }]
          : [],
      ),
    async insert(fields) {
      ids.incident += 1
      put({ ...fields, id: ids.incident, revision: 0, updates: [] })
      return ids.incident
    },
    async save(incident) {
      put({ ...incident, updates: incidents.get(incident.id)?.updates ?? [] })
    },
    async append(id, update) {
      const incident = incidents.get(id)
      if (!incident) throw new Error(`there is no incident ${id}`)
      ids.update += 1
      put({ ...incident, updates: [...incident.updates, { ...update, id: ids.update, atMs: nowMs }] })
    },
    takenRequest: async (cluster, key) => requests.get(requestKey(cluster, key)),
    async keepRequest(cluster, key, request) {
      requests.set(requestKey(cluster, key), request)
    },
  }
}

/** Where no database is configured: a restart forgets all. */
export function createMemoryIncidentStore({
  nowMs = Date.now,
}: {
  nowMs?: () => number
} = {}): IncidentStore {
  // Ids and revisions of one run shall not be taken for those of another.
  const first = nowMs()
  let state: State = {
    incidents: new Map(),
    requests: new Map(),
    ids: { incident: first, update: 0, revision: first },
  }
  let writing: Promise<unknown> = Promise.resolve()

  const all = () => [...state.incidents.values()].toSorted(newestFirst)

  return {
    write(run) {
      const written = writing.then(async () => {
        const next = {
          incidents: new Map(state.incidents),
          requests: new Map(state.requests),
          ids: { ...state.ids },
        }
        const result = await run(openLedger(next, nowMs()))
        forgetOldest(next)
        state = next
        return result
      })
      writing = written.catch(() => {})
      return written
    },
    find: async id => state.incidents.get(id),
    unresolved: async () => all().filter(({ resolvedAtMs }) => resolvedAtMs === null),
    past: async ({ cluster, sinceMs = 0, beforeId = Number.POSITIVE_INFINITY, limit }) =>
      all()
        .filter(
          one =>
            one.resolvedAtMs !== null &&
            one.resolvedAtMs >= sinceMs &&
            one.id < beforeId &&
            (cluster === undefined || one.cluster === cluster),
        )
        .slice(0, limit),
    updatesAfter: async (updateId, limit) =>
      all()
        .flatMap(incident => incident.updates.map(update => ({ update, incident })))
        .filter(({ update }) => update.id > updateId)
        .toSorted((one, other) => one.update.id - other.update.id)
        .slice(0, limit),
    async lastUpdateId() {
      return state.ids.update
    },
    async revision() {
      return state.ids.revision
    },
  }
}
