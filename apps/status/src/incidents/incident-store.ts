import type { Incident, IncidentUpdate, ShardRanges } from '@shardlight/status-client'

export type IncidentFields = Omit<Incident, 'id' | 'revision' | 'updates'>
export type NewUpdate = Pick<IncidentUpdate, 'by' | 'status' | 'text' | 'facts'>
export type EndedOutage = { shards: ShardRanges; resolvedAtMs: number }
export type TakenRequest = { digest: string; incidentId: number }

/** One write: others wait until it is done, and readers see all of it or nothing. */
export type IncidentLedger = {
  /** By the store's clock, in ms since 1970. */
  readonly nowMs: number
  find(id: number): Promise<Incident | undefined>
  unresolved(): Promise<Incident[]>
  /** The newest of that process, resolved or not; `null`: of shards of which nobody says who holds them. */
  latestOutage(cluster: string, processId: string | null): Promise<Incident | undefined>
  outagesEndedSince(cluster: string, atMs: number): Promise<EndedOutage[]>
  insert(fields: IncidentFields): Promise<number>
  /** Writes all but its updates, which are appended. */
  save(incident: Incident): Promise<void>
  append(id: number, update: NewUpdate): Promise<void>
  /** A request that was taken before, by the key that its sender gave it. */
  takenRequest(cluster: string, key: string): Promise<TakenRequest | undefined>
  keepRequest(cluster: string, key: string, request: TakenRequest): Promise<void>
}

export type IncidentPage = {
  cluster?: string | undefined
  /** Leaves out what was resolved before. */
  sinceMs?: number | undefined
  beforeId?: number | undefined
  limit: number
}

/**
 * What happened and what is planned. Ids of updates become visible in their order, so a reader that remembers the last
 * one misses nothing. Rejects with RecordsAwayError while PostgreSQL is away.
 */
export interface IncidentStore {
  write<T>(run: (ledger: IncidentLedger) => Promise<T>): Promise<T>
  find(id: number): Promise<Incident | undefined>
  /** The newest first. */
  unresolved(): Promise<Incident[]>
  /** Resolved ones, the newest first. */
  past(page: IncidentPage): Promise<Incident[]>
  /** For consumers that follow: the updates behind that id, the oldest first, each with its incident as it is now. */
  updatesAfter(updateId: number, limit: number): Promise<{ update: IncidentUpdate; incident: Incident }[]>
  /** The id of the newest update, from where to follow what comes; 0 when there is none. */
  lastUpdateId(): Promise<number>
  /** The highest of all incidents; 0 when there is none. */
  revision(): Promise<number>
}
