import { setTimeout as sleep } from 'node:timers/promises'
import type { Queryable } from '@shardlight/database'
import { LeaseLostError, type RecentChange } from '@shardlight/recent-changes'
import { type Log, reasonOf } from '@shardlight/service'
import type { Batch, Reject } from './batch.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'

const RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

/** Where events go. */
export type Sink = AsyncDisposable & {
  /**
   * Stores a batch; the same one again changes nothing.
   * @param alongside what the source remembers of it, in a transaction that is not before the events are safe
   */
  store(batch: Batch, alongside: (tx: Queryable) => Promise<void>): Promise<void>
}

/** Stores a batch, however long that takes. @throws {LeaseLostError} and when the signal aborts; nothing else. */
export async function storeUntilStored(
  batch: Batch,
  {
    sink,
    alongside,
    metrics,
    log,
    signal,
  }: {
    sink: Sink
    alongside: (tx: Queryable) => Promise<void>
    metrics: IngesterMetrics
    log: Log
    signal: AbortSignal
  },
): Promise<void> {
  for (let failures = 0; ; failures++) {
    signal.throwIfAborted()
    const startedMs = performance.now()
    try {
      await sink.store(batch, alongside)
      metrics.storeSeconds.observe((performance.now() - startedMs) / 1_000)
      metrics.batch.observe(batch.changes.length)
      if (failures > 0) log.info('events are stored again')
      return
    } catch (error) {
      if (error instanceof LeaseLostError) throw error
      if (failures === 0) log.warn({ reason: reasonOf(error) }, 'events cannot be stored, trying again')
      await sleep(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures), undefined, { signal })
    }
  }
}

/** Finds the events that are refused, so that they do not keep the others out; the others are stored meanwhile. */
export async function storeOneByOne(
  changes: RecentChange[],
  {
    store,
    isRefusal,
    metrics,
    log,
  }: {
    store: (change: RecentChange) => Promise<void>
    isRefusal: (error: unknown) => boolean
    metrics: IngesterMetrics
    log: Log
  },
): Promise<Reject[]> {
  const refused: Reject[] = []
  for (const change of changes) {
    try {
      await store(change)
    } catch (error) {
      if (!isRefusal(error)) throw error
      refused.push({ reason: reasonOf(error), raw: change.raw })
      metrics.rejects.inc()
      log.error({ id: change.id, reason: reasonOf(error) }, 'an event was refused and kept apart')
    }
  }
  return refused
}
