import { type Clock, type Log, reasonOf } from '@shardlight/service'
import type { Incident } from '@shardlight/status-client'
import { RecordsAwayError } from '../records.ts'
import type { IncidentStore } from './incident-store.ts'

const LOOK_MS = 1_000
/** What was read so recently is read to anybody without asking again. */
const FRESH_MS = 3_000
export const RECENT = 100

export type KnownIncidents = {
  revision: number
  /** The newest first, as are those that are resolved. */
  unresolved: readonly Incident[]
  recent: readonly Incident[]
}

export type IncidentWatch = AsyncDisposable & {
  /** The last that is known, however old; undefined before anything was read. */
  readonly known: KnownIncidents | undefined
  /** As they are now, give or take a second. Rejects while they cannot be read. */
  current(): Promise<KnownIncidents>
  /** Reads again, since something was written. */
  refresh(): Promise<void>
}

/**
 * Keeps what everybody asks for, and notices within a second what any replica has written: one small query a second,
 * however many read.
 */
export function startIncidentWatch({
  store,
  clock,
  log,
}: {
  store: IncidentStore
  clock: Clock
  log: Log
}): IncidentWatch {
  const stopping = new AbortController()
  let known: KnownIncidents | undefined
  let readAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  let isFailing = false

  async function read(): Promise<void> {
    const revision = await store.revision()
    // What is written between the two is read already, and once more the next time.
    if (known?.revision !== revision)
      known = { revision, unresolved: await store.unresolved(), recent: await store.past({ limit: RECENT }) }
    readAtMs = clock.nowMs()
  }

  function look(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await look()
        isFailing = false
      } catch (error) {
        // Records say themselves that they are away.
        if (!isFailing && !(error instanceof RecordsAwayError))
          log.error({ err: error }, `incidents cannot be read: ${reasonOf(error)}`)
        isFailing = true
      }
      await clock.sleepUntil(clock.nowMs() + LOOK_MS, stopping.signal).catch(() => {})
    }
  }

  const running = run()
  return {
    get known() {
      return known
    },
    async current() {
      if (!known || isFailing || clock.nowMs() - readAtMs > FRESH_MS) await look()
      if (!known) throw new RecordsAwayError('incidents have not been read yet')
      return known
    },
    async refresh() {
      // One that is under way may have looked before.
      await reading?.catch(() => {})
      await look()
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
