import { setImmediate as turn } from 'node:timers/promises'
import { type RecentChange, readRecentChange } from '@shardlight/recent-changes'
import type { IngesterMetrics } from './ingester-metrics.ts'

export type Reject = { reason: string; raw: string }

export type Batch = { changes: RecentChange[]; rejects: Reject[] }

/** Some milliseconds' work; longer, and what is being stored would wait for it. */
const READ_AT_ONCE = 100

/** Reads events as they came; canaries are left out, what cannot be read is kept apart. */
export async function readBatch(texts: string[], metrics: IngesterMetrics): Promise<Batch> {
  const batch: Batch = { changes: [], rejects: [] }
  for (const [at, text] of texts.entries()) {
    if (at % READ_AT_ONCE === READ_AT_ONCE - 1) await turn()
    const read = readRecentChange(text)
    if ('change' in read) batch.changes.push(read.change)
    else if ('unreadable' in read) batch.rejects.push({ reason: read.unreadable, raw: text })
    else metrics.canaries.inc()
  }
  metrics.rejects.inc(batch.rejects.length)
  return batch
}

const compare = (one: Date, other: Date) => one.getTime() - other.getTime()

/** When the first and the last of them happened. */
export function spanOf(changes: RecentChange[]): { first: Date; last: Date } | undefined {
  const moments = changes.map(change => change.at).toSorted(compare)
  const [first, last] = [moments[0], moments.at(-1)]
  return first && last && { first, last }
}
