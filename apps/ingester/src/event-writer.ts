import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@shardlight/database'
import {
  type ChangeStore,
  dayOf,
  type Lease,
  LeaseLostError,
  type RecentChange,
  readRecentChange,
  type StreamStore,
} from '@shardlight/recent-changes'
import { type Log, reasonOf } from '@shardlight/service'
import type { IngesterMetrics } from './ingester-metrics.ts'
import type { StreamEvent } from './sse-source.ts'

/** After a reconnect events of the last seconds come again; so far ahead of them means that some are missing. */
const GAP_MS = 60_000
const RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

type Batch = {
  changes: RecentChange[]
  rejects: { reason: string; raw: string }[]
  lastEventId: string | undefined
  lastAt: Date | undefined
}

function readBatch(events: StreamEvent[], metrics: IngesterMetrics): Batch {
  const batch: Batch = { changes: [], rejects: [], lastEventId: undefined, lastAt: undefined }
  for (const { id, data } of events) {
    const read = readRecentChange(data)
    if ('change' in read) {
      batch.changes.push(read.change)
      if (!batch.lastAt || read.change.at > batch.lastAt) batch.lastAt = read.change.at
    } else if ('unreadable' in read) {
      batch.rejects.push({ reason: read.unreadable, raw: data })
    } else {
      metrics.canaries.inc()
    }
    if (id !== undefined) batch.lastEventId = id
  }
  metrics.rejects.inc(batch.rejects.length)
  return batch
}

const earliest = (changes: RecentChange[]): Date | undefined =>
  changes.reduce<Date | undefined>((first, { at }) => (first && first <= at ? first : at), undefined)

/** Writes events and the cursor behind them in one transaction; while the database is away it keeps trying. */
export function createEventWriter({
  database,
  changes: store,
  streams,
  metrics,
  log,
}: {
  database: Database
  changes: ChangeStore
  streams: StreamStore
  metrics: IngesterMetrics
  log: Log
}) {
  /** @param resumedAfter when the last stored event was, for the first batch of a connection that resumes. */
  async function storeBatch(batch: Batch, lease: Lease, resumedAfter: Date | undefined): Promise<void> {
    const { changes, rejects, lastEventId, lastAt } = batch
    await store.ensureDays(new Set(changes.map(change => dayOf(change.at))))
    const first = earliest(changes)
    const isGap = resumedAfter && first && first.getTime() - resumedAfter.getTime() > GAP_MS
    const startedMs = performance.now()
    const { stored, duplicates, tooOld } = await database.transaction(async tx => {
      const outcome = await store.insert(tx, changes)
      await streams.recordRejects(tx, rejects)
      if (isGap) await streams.recordGap(tx, { from: resumedAfter, until: first })
      await streams.advance(tx, { epoch: lease.epoch, lastEventId, lastAt })
      return outcome
    })
    metrics.insertSeconds.observe((performance.now() - startedMs) / 1_000)
    metrics.batch.observe(changes.length)
    metrics.stored.inc(stored)
    metrics.duplicates.inc(duplicates)
    metrics.tooOld.inc(tooOld)
    if (lastAt) metrics.lag.set((Date.now() - lastAt.getTime()) / 1_000)
    if (isGap) {
      metrics.gapSeconds.inc((first.getTime() - resumedAfter.getTime()) / 1_000)
      log.error(
        { from: resumedAfter, until: first },
        'the stream could not be read back to where it was left: a gap',
      )
    }
  }

  return {
    /** @throws {LeaseLostError} and when the signal aborts; nothing else. */
    async write(
      events: StreamEvent[],
      { lease, resumedAfter, signal }: { lease: Lease; resumedAfter: Date | undefined; signal: AbortSignal },
    ): Promise<void> {
      const batch = readBatch(events, metrics)
      for (let failures = 0; ; failures++) {
        signal.throwIfAborted()
        try {
          await storeBatch(batch, lease, resumedAfter)
          if (failures > 0) log.info('events are stored again')
          return
        } catch (error) {
          if (error instanceof LeaseLostError) throw error
          if (failures === 0) log.warn({ reason: reasonOf(error) }, 'events cannot be stored, trying again')
          await sleep(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures), undefined, { signal })
        }
      }
    },
  }
}

export type EventWriter = ReturnType<typeof createEventWriter>
