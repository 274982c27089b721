import { join } from 'node:path'
import { type Database, migrate } from '@shardlight/database'
import { type EventLog, KEEP_EVENTS_DAYS, openEventLog } from '@shardlight/event-log'
import type { Log } from '@shardlight/service'
import type { Feature } from './feature.ts'

const DAY_MS = 86_400_000

/** What features need before they can start, and what may be done while another process still serves. */
export type PreparedFeatures = AsyncDisposable & { eventLog: EventLog }

/**
 * Brings all tables up to date and opens the event log.
 * @param eventsKeptDays how long events live before they are archived
 */
export async function prepareFeatures({
  features,
  database,
  eventsKeptDays = KEEP_EVENTS_DAYS,
  log,
}: {
  features: Feature[]
  database: Database
  eventsKeptDays?: number | undefined
  log: Log
}): Promise<PreparedFeatures> {
  await using opened = new AsyncDisposableStack()
  // First: features refer to its tables.
  const eventLog = opened.use(await openEventLog({ database, keepMs: eventsKeptDays * DAY_MS, log }))
  for (const name of ['errors', 'activity'])
    await migrate(database, { name, directory: join(import.meta.dirname, name, 'migrations') })
  for (const { name, migrations, prepare } of features) {
    await migrate(database, { name, directory: migrations })
    await prepare?.(database)
  }
  const stack = opened.move()
  return { eventLog, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
