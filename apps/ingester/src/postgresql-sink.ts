import type { Database } from '@shardlight/database'
import {
  type ChangeStore,
  dayOf,
  type RecentChange,
  recordRejects,
  type Stored,
} from '@shardlight/recent-changes'
import { type Log, reasonOf } from '@shardlight/service'
import type { Reject } from './batch.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'
import type { Sink } from './sink.ts'

/** Of the data itself: invalid, against a constraint, or beyond a limit of PostgreSQL. */
const IS_OF_THE_DATA = /^(?:22|23|54)/

const isOfTheData = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && IS_OF_THE_DATA.test(String(error.code))

/** Events, their counts, and what the source remembers, in one transaction. */
export function createPostgresqlSink({
  database,
  changes: store,
  metrics,
  log,
}: {
  database: Database
  changes: ChangeStore
  metrics: IngesterMetrics
  log: Log
}): Sink {
  function count({ stored, duplicates, tooOld }: Stored): void {
    metrics.stored.inc(stored)
    metrics.duplicates.inc(duplicates)
    metrics.tooOld.inc(tooOld)
  }

  /** One event that PostgreSQL refuses must not keep the others out: it is found, and kept apart. */
  async function storeOneByOne(changes: RecentChange[]): Promise<Reject[]> {
    const rejects: Reject[] = []
    for (const change of changes) {
      try {
        count(await database.transaction(tx => store.insert(tx, [change])))
      } catch (error) {
        if (!isOfTheData(error)) throw error
        rejects.push({ reason: reasonOf(error), raw: change.raw })
        metrics.rejects.inc()
        log.error({ id: change.id, reason: reasonOf(error) }, 'an event was refused and kept apart')
      }
    }
    return rejects
  }

  return {
    async store({ changes, rejects }, alongside) {
      await store.ensureDays(new Set(changes.map(change => dayOf(change.at))))
      try {
        const outcome = await database.transaction(async tx => {
          const stored = await store.insert(tx, changes)
          await recordRejects(tx, rejects)
          await alongside(tx)
          return stored
        })
        count(outcome)
      } catch (error) {
        if (!isOfTheData(error)) throw error
        const refused = await storeOneByOne(changes)
        await database.transaction(async tx => {
          await recordRejects(tx, [...rejects, ...refused])
          await alongside(tx)
        })
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}
