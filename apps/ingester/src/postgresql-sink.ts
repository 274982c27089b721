import type { Database } from '@shardlight/database'
import { type ChangeStore, dayOf, recordRejects, type Stored } from '@shardlight/recent-changes'
import type { Log } from '@shardlight/service'
import { spanOf } from './batch.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'
import { type Sink, storeOneByOne } from './sink.ts'

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
        const refused = await storeOneByOne(changes, {
          store: async change => count(await database.transaction(tx => store.insert(tx, [change]))),
          isRefusal: isOfTheData,
          metrics,
          log,
        })
        await database.transaction(async tx => {
          await recordRejects(tx, [...rejects, ...refused])
          await alongside(tx)
        })
      }
      const span = spanOf(changes)
      if (span) metrics.storedUntil(span.last)
    },
    async [Symbol.asyncDispose]() {},
  }
}
