import { type Database, openDatabase } from '@shardlight/database'
import { findFreePort } from '@shardlight/embedded'
import {
  eventually,
  type MortalPostgres,
  type Program,
  runProgram,
  type Sandbox,
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

/**
 * A local Wikipedia, a database, and ingesters between them. Where the sandbox is shared, only what happens from now on
 * counts, in a database of its own.
 */
export async function startWikipedia({
  postgres,
  sandbox: shared,
}: {
  postgres?: Pick<MortalPostgres, 'url'>
  sandbox?: Sandbox
} = {}) {
  await using opened = new AsyncDisposableStack()
  const sandbox = shared ?? opened.use(await startSandbox({ guilds: 0 }))
  const stream = () =>
    sandbox.control<{ events: number; connections: number; connects: number; mostAtOnce: number }>(
      'GET',
      '/sandbox/wikipedia',
    )
  await sandbox.control('DELETE', '/sandbox/faults')
  const isLeftAlone = () =>
    eventually('nobody reads any more', async () => (await stream()).connections === 0)
  await isLeftAlone()
  const { events: before } = await stream()
  const { url } = postgres ?? opened.use(await testDatabase())
  const database: Database = opened.use(
    await openDatabase({ url: url, applicationName: 'test', maxConnections: 3 }),
  )

  const stack = opened.move()
  const ingesters: Program[] = []

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
    ingesters.push(program)
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

  /** Events and counts, as they should be. */
  async function streamed() {
    const path = `/sandbox/wikipedia/events?after=${before - 1}&limit=100000`
    const all = await sandbox.control<Streamed[]>('GET', path)
    const real = all.filter(({ event }) => event.meta.domain !== 'canary').map(({ event }) => event)
    const counts = new Map<string, number>()
    for (const { meta, type, bot, server_name } of real) {
      const key = `${meta.dt.slice(0, 10)} ${server_name} ${type} ${bot ? 't' : 'f'}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return { ids: real.map(event => event.meta.id).toSorted(), counts }
  }

  const hasStored = (count: number) =>
    eventually(
      `${count} are stored`,
      async () => {
        const [row] = await database.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM recent_changes',
        )
        return (row?.count ?? 0) >= count
      },
      { withinMs: 60_000 },
    )

  async function expectExact(): Promise<void> {
    const { ids, counts } = await streamed()
    await hasStored(ids.length)
    const stored = await database.query<{ id: string }>('SELECT id FROM recent_changes')
    const counted = await database.query<{ key: string; count: number }>(
      `SELECT concat_ws(' ', day, wiki, type, is_bot) AS key, count::int FROM recent_change_days`,
    )
    expect(stored.map(row => row.id).toSorted()).toEqual(ids)
    expect(new Map(counted.map(row => [row.key, row.count]))).toEqual(counts)
  }

  return {
    sandbox,
    database,
    databaseUrl: url,
    startIngester,
    async stopIngesters() {
      await Promise.all(ingesters.map(one => one[Symbol.asyncDispose]()))
      await isLeftAlone()
    },
    stream,
    hasStored,
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
