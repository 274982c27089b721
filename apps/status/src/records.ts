import { type Database, migrate, openDatabase } from '@shardlight/database'
import { type Log, reasonOf } from '@shardlight/service'
import { waitAtMost } from './wait-at-most.ts'

/** What a request or a background job waits at most: nobody shall wait for a database that hangs. */
const QUERY_TIMEOUT_MS = 5_000
const CHECK_INTERVAL_MS = 1_000
const STOP_WITHIN_MS = 2_000

/** There is nothing to be read or written now, and why. */
export class RecordsAwayError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'RecordsAwayError'
  }
}

/**
 * What must outlive Redis: uptime, incidents, what webhooks were told. The live view does without, so PostgreSQL
 * may be away at the start and at any time; it is tried again every second.
 */
export type Records = AsyncDisposable & {
  /** Whether a database is configured: only then does waiting for it make sense. */
  readonly areKept: boolean
  /** @throws {RecordsAwayError} at once where PostgreSQL is known to be away, else as soon as that is seen. */
  use<T>(run: (database: Database) => Promise<T>): Promise<T>
  /** Of its connections; undefined until it was first reached. */
  usage(): ReturnType<Database['usage']> | undefined
  /** Why there are none now; undefined when there are. */
  problem(): string | undefined
}

export type RecordsMigration = { name: string; directory: string }

/** Where no database is configured. */
export const noRecords = (): Records => ({
  areKept: false,
  use: () => Promise.reject(new RecordsAwayError('DATABASE_URL is not set: no history is kept')),
  usage: () => undefined,
  problem: () => 'DATABASE_URL is not set: no history is kept',
  async [Symbol.asyncDispose]() {},
})

/** Opens in the background: resolves after the first attempt, whatever came of it. */
export async function openRecords({
  url,
  migrations,
  log,
  checkIntervalMs = CHECK_INTERVAL_MS,
}: {
  url: string
  migrations: readonly RecordsMigration[]
  log: Log
  checkIntervalMs?: number
}): Promise<Records> {
  let database: Database | undefined
  let problem: string | undefined = 'PostgreSQL has not answered yet'
  let isClosed = false

  function away(error: unknown): RecordsAwayError {
    if (!isClosed && problem === undefined) log.error({ err: error }, `history is away: ${reasonOf(error)}`)
    problem = reasonOf(error)
    return new RecordsAwayError(problem, { cause: error })
  }

  async function open(): Promise<Database> {
    const opened = await openDatabase({
      url,
      applicationName: 'shardlight-status',
      maxConnections: 4,
      queryTimeoutMs: QUERY_TIMEOUT_MS,
    })
    try {
      for (const migration of migrations) await migrate(opened, migration)
    } catch (error) {
      await opened[Symbol.asyncDispose]()
      throw error
    }
    return opened
  }

  async function attempt(): Promise<void> {
    try {
      if (database) await database.check()
      else database = await open()
      if (problem !== undefined) log.info('history is kept in PostgreSQL')
      problem = undefined
    } catch (error) {
      away(error)
    }
  }

  let underWay: Promise<void> | undefined = attempt()
  await underWay
  underWay = undefined
  if (problem !== undefined) log.error(`history is away: ${problem}`)
  const timer = setInterval(() => {
    underWay ??= attempt().finally(() => {
      underWay = undefined
    })
  }, checkIntervalMs)
  timer.unref()

  return {
    areKept: true,
    async use(run) {
      if (!database || problem !== undefined) throw new RecordsAwayError(problem ?? 'PostgreSQL is away')
      try {
        return await run(database)
      } catch (error) {
        // Meanwhile somebody else has found out: nobody shall wait for a second answer that does not come.
        if (problem !== undefined) throw away(error)
        // A statement that is refused says nothing of the database: only one that does not answer is away.
        const isHere = await database.check().then(
          () => true,
          () => false,
        )
        throw isHere ? error : away(error)
      }
    },
    usage: () => database?.usage(),
    problem: () => problem,
    async [Symbol.asyncDispose]() {
      isClosed = true
      clearInterval(timer)
      const close = async () => {
        await underWay
        await database?.[Symbol.asyncDispose]()
      }
      await waitAtMost(STOP_WITHIN_MS, close())
    },
  }
}
