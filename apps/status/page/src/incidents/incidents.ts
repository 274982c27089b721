import type { Incident, IncidentsAnswer } from '@shardlight/status-client'
import { isIncidents } from './read-incidents.ts'

const RETRY_MS = 10_000
const ADDRESS = '/api/v2/incidents?limit=100'

export type IncidentsSeen = {
  /** The newest first; undefined before they were read. */
  open: readonly Incident[] | undefined
  past: readonly Incident[]
  /** Whether there are older ones to ask for. */
  hasOlder: boolean
  /** Whether they could not be read, or not be read anew. */
  isAway: boolean
}

export type Incidents = {
  seen(): IncidentsSeen
  /** Reads them anew where that revision is not the one that was read. */
  look(revision?: number): void
  readOlder(): Promise<void>
  subscribe(listener: () => void): () => void
}

async function load(address: string): Promise<IncidentsAnswer> {
  const answer = await fetch(address)
  const value: unknown = answer.ok ? await answer.json() : undefined
  if (!isIncidents(value)) throw new Error(`${address}: ${answer.status}`)
  return value
}

/** What is told of incidents, read again whenever the feed says that there is something new. */
export function createIncidents(read: (address: string) => Promise<IncidentsAnswer> = load): Incidents {
  let seen: IncidentsSeen = { open: undefined, past: [], hasOlder: false, isAway: false }
  let newest: IncidentsAnswer | undefined
  let older: Incident[] = []
  let next: number | null = null
  let isReading = false
  let retry: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<() => void>()

  function show(isAway: boolean): void {
    const past = [...(newest?.past ?? []), ...older]
    seen = { open: newest?.open, past, hasOlder: next !== null, isAway }
    for (const listener of listeners) listener()
  }

  async function readAnew(): Promise<void> {
    try {
      newest = await read(ADDRESS)
      // What was read of older ones may overlap, or have a gap to them, now.
      older = []
      next = newest.nextBefore
      show(false)
    } catch {
      show(true)
      clearTimeout(retry)
      retry = setTimeout(() => look(), RETRY_MS)
    }
  }

  function look(revision?: number): void {
    // What fails is not asked for at every beat.
    const isNoNews = revision !== undefined && (revision === newest?.revision || retry !== undefined)
    if (isReading || isNoNews) return
    clearTimeout(retry)
    retry = undefined
    isReading = true
    void readAnew().finally(() => {
      isReading = false
    })
  }

  return {
    seen: () => seen,
    look,
    async readOlder() {
      if (next === null) return
      const before = next
      try {
        const page = await read(`${ADDRESS}&before=${before}`)
        if (before !== next) return
        older = [...older, ...page.past]
        next = page.nextBefore
        show(false)
      } catch {
        show(true)
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
