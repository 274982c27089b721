import { type Database, openDatabase } from '@shardlight/database'
import { findFreePort } from '@shardlight/embedded'
import {
  eventually,
  type MortalPostgres,
  type Program,
  runProgram,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { expect } from 'vitest'

type Streamed = {
  event: {
    meta: { id: string; dt: string; domain?: string }
    type?: string
    bot?: boolean
    server_name?: string
  }
}

export type Ingester = Program & {
  /** @returns the value of a metric, 0 where it is not there */
  metric(name: string): Promise<number>
  /** The body of `GET /metrics`. */
  metrics(): Promise<string>
  isReady(): Promise<boolean>
}

/** A local Wikipedia, a database, and ingesters between them. */
export async function startWikipedia({ postgres }: { postgres?: Pick<MortalPostgres, 'url'> } = {}) {
  await using opened = new AsyncDisposableStack()
  const sandbox = opened.use(await startSandbox({ guilds: 0 }))
  const { url } = postgres ?? opened.use(await testDatabase())
  const database: Database = opened.use(
    await openDatabase({ url: url, applicationName: 'test', maxConnections: 3 }),
  )

  const stack = opened.move()

  async function startIngester(environment: Record<string, string> = {}): Promise<Ingester> {
    const port = await findFreePort()
    const address = `http://127.0.0.1:${port}`
    const program = stack.use(
      runProgram('apps/ingester/src/main.ts', {
        DATABASE_URL: url,
        WIKIPEDIA_STREAM_URL: `${sandbox.url}/v2/stream/recentchange`,
        INGESTER_PORT: String(port),
        LOG_LEVEL: 'info',
        ...environment,
      }),
    )
    await eventually('the ingester is up', async () => (await fetch(`${address}/livez`)).ok)
    const metrics = async () => (await fetch(`${address}/metrics`)).text()
    return Object.assign(program, {
      isReady: async () => (await fetch(`${address}/readyz`)).ok,
      metrics,
      async metric(name: string) {
        return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await metrics())?.[1] ?? 0)
      },
    })
  }

  const stream = () =>
    sandbox.control<{ events: number; connections: number; connects: number; mostAtOnce: number }>(
      'GET',
      '/sandbox/wikipedia',
    )

  /** Events and counts, as they should be and as they are. */
  async function compare() {
    const all = await sandbox.control<Streamed[]>('GET', '/sandbox/wikipedia/events?after=-1&limit=100000')
    const real = all.filter(({ event }) => event.meta.domain !== 'canary').map(({ event }) => event)
    const stored = await database.query<{ id: string }>('SELECT id FROM recent_changes')
    const counts = await database.query<{ key: string; count: number }>(
      `SELECT concat_ws(' ', day, wiki, type, is_bot) AS key, count::int FROM recent_change_days`,
    )
    const expected = new Map<string, number>()
    for (const { meta, type, bot, server_name } of real) {
      const key = `${meta.dt.slice(0, 10)} ${server_name} ${type} ${bot ? 't' : 'f'}`
      expected.set(key, (expected.get(key) ?? 0) + 1)
    }
    return {
      ids: {
        expected: real.map(event => event.meta.id).toSorted(),
        stored: stored.map(row => row.id).toSorted(),
      },
      counts: { expected, stored: new Map(counts.map(row => [row.key, row.count])) },
    }
  }

  async function expectExact(): Promise<void> {
    const isStored = async () => {
      const { ids } = await compare()
      return ids.stored.length >= ids.expected.length
    }
    await eventually('all is stored', isStored, { withinMs: 60_000 })
    const { ids, counts } = await compare()
    expect(ids.stored).toEqual(ids.expected)
    expect(counts.stored).toEqual(counts.expected)
  }

  return {
    sandbox,
    database,
    databaseUrl: url,
    startIngester,
    stream,
    expectExact,
    isConnected: () => eventually('it is connected', async () => (await stream()).connections > 0),
    change: (count: number) =>
      sandbox.control('POST', '/sandbox/wikipedia', {
        events: Array.from({ length: count }, (_, at) => ({
          type: at % 5 === 0 ? 'new' : 'edit',
          bot: at % 3 === 0,
          server_name: at % 2 === 0 ? 'en.wikipedia.org' : 'es.wikipedia.org',
          title: `Page ${at}`,
        })),
      }),
    canary: () =>
      sandbox.control('POST', '/sandbox/wikipedia', {
        events: [{ meta: { domain: 'canary' }, type: 'edit' }],
      }),
    fault: (fault: { kind: string; status?: number; times?: number }) =>
      sandbox.control('POST', '/sandbox/faults', fault),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type Wikipedia = Awaited<ReturnType<typeof startWikipedia>>
