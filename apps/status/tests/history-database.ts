import { type Database, migrate, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import { historyMigration } from '../src/history/open-history.ts'
import { type Records, RecordsAwayError } from '../src/records.ts'

/** A database with the tables of history, and records of it that the test can take away. */
export async function openHistoryDatabase() {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  const database: Database = opened.use(
    await openDatabase({ url: scratch.url, applicationName: 'test', maxConnections: 4 }),
  )
  await migrate(database, historyMigration)
  let problem: string | undefined
  let underWay = 0
  const records: Records = {
    areKept: true,
    usage: database.usage,
    problem: () => problem,
    async use(run) {
      if (problem !== undefined) throw new RecordsAwayError(problem)
      underWay += 1
      try {
        return await run(database)
      } finally {
        underWay -= 1
      }
    },
    async [Symbol.asyncDispose]() {},
  }
  const stack = opened.move()
  return {
    url: scratch.url,
    database,
    records,
    setAway(isAway: boolean) {
      problem = isAway ? 'taken away by the test' : undefined
    },
    async idle() {
      while (underWay > 0) await new Promise(resolve => setImmediate(resolve))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
