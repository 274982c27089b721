import { reasonOf } from '@shardlight/service'
import pg from 'pg'
import { createQuerySpans, type QuerySpans } from './query-span.ts'

/** Anything that can run a statement: the database, or one transaction of it. */
export type Queryable = {
  /** Runs one statement and gives its rows. */
  query<Row extends object>(sql: string, params?: readonly unknown[]): Promise<Row[]>
}

export type Database = Queryable &
  AsyncDisposable & {
    /** Commits when `run` resolves, rolls back when it rejects. */
    transaction<T>(run: (tx: Queryable) => Promise<T>): Promise<T>
    /** Rejects with a clear reason when the database does not answer. */
    check(): Promise<void>
    /** Of the pool: connections at work, connections that wait for work, and who waits for a connection. */
    usage(): { used: number; idle: number; waiting: number }
    /** A connection of one's own, for LISTEN or a session lock; closed with its scope. */
    connection(): Promise<Queryable & Disposable & { client: pg.PoolClient }>
  }

/** The database could not be reached: where, why and which variable to look at. */
export class DatabaseUnreachableError extends Error {
  constructor(url: string, cause: unknown) {
    const { host, pathname } = new URL(url)
    super(`cannot reach PostgreSQL at ${host}${pathname} (${reasonOf(cause)}); check DATABASE_URL`)
    this.name = 'DatabaseUnreachableError'
  }
}

/** Every 64-bit id stays exact: bigint columns are given as `bigint`. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, value => BigInt(value))

const queryableOf = (client: pg.Pool | pg.PoolClient, spans: QuerySpans): Queryable => ({
  async query<Row extends object>(sql: string, params: readonly unknown[] = []) {
    const { rows } = await spans.query(sql, () => client.query<Row>(sql, [...params]))
    return rows
  },
})

/**
 * Opens a pool and makes sure that the database answers.
 * @throws {DatabaseUnreachableError}
 */
export async function openDatabase({
  url,
  applicationName,
  maxConnections = 8,
  queryTimeoutMs,
  onConnectionLost = () => {},
}: {
  url: string
  applicationName: string
  maxConnections?: number
  /** After this long a statement rejects, although the server may hang; not set: never. */
  queryTimeoutMs?: number
  /** An idle connection broke; the pool replaces it by itself. */
  onConnectionLost?: (error: Error) => void
}): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    // A process that is frozen, or whose host is lost, within a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
    ...(queryTimeoutMs !== undefined && { query_timeout: queryTimeoutMs }),
    types,
  })
  pool.on('error', onConnectionLost)

  const check = async () => {
    try {
      await pool.query('SELECT 1')
    } catch (error) {
      throw new DatabaseUnreachableError(url, error)
    }
  }

  try {
    await check()
  } catch (error) {
    await pool.end()
    throw error
  }

  const spans = createQuerySpans(url)
  return {
    ...queryableOf(pool, spans),
    check,
    usage: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    transaction: run =>
      spans.transaction(async () => {
        const client = await pool.connect()
        let broken: Error | undefined
        // Lost between two statements, with nobody listening, it would end the process.
        const onLost = (error: Error) => {
          broken = error
        }
        client.on('error', onLost)
        try {
          await client.query('BEGIN')
          const result = await run(queryableOf(client, spans))
          await client.query('COMMIT')
          return result
        } catch (error) {
          await client.query('ROLLBACK').catch((failed: Error) => {
            broken = failed
          })
          throw error
        } finally {
          client.off('error', onLost)
          client.release(broken)
        }
      }),
    async connection() {
      const client = await pool.connect()
      // The statement that is under way, or the next one, says that it was lost.
      client.on('error', () => {})
      return { ...queryableOf(client, spans), client, [Symbol.dispose]: () => client.release(true) }
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}
