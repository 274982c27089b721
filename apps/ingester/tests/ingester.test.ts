import { type Database, openDatabase } from '@shardlight/database'
import { findFreePort } from '@shardlight/embedded'
import {
  eventually,
  type Program,
  runProgram,
  type Sandbox,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

type Streamed = {
  offset: number
  event: {
    meta: { id: string; dt: string; domain?: string }
    type?: string
    bot?: boolean
    server_name?: string
  }
}

let sandbox: Sandbox
let database: Database
let databaseUrl: string
let scope: AsyncDisposableStack
let each: AsyncDisposableStack

beforeAll(async () => {
  scope = new AsyncDisposableStack()
  sandbox = scope.use(await startSandbox({ guilds: 0 }))
})
afterAll(() => scope?.disposeAsync())

beforeEach(async () => {
  each = new AsyncDisposableStack()
  const scratch = each.use(await testDatabase())
  databaseUrl = scratch.url
  database = each.use(await openDatabase({ url: databaseUrl, applicationName: 'test' }))
  await sandbox.control('DELETE', '/sandbox/faults')
})
afterEach(() => each.disposeAsync())

async function startIngester(): Promise<Program & { port: number }> {
  const port = await findFreePort()
  const program = each.use(
    runProgram('apps/ingester/src/main.ts', {
      DATABASE_URL: databaseUrl,
      WIKIPEDIA_STREAM_URL: `${sandbox.url}/v2/stream/recentchange`,
      INGESTER_PORT: String(port),
      LOG_LEVEL: 'info',
    }),
  )
  await eventually('the ingester is up', async () => (await fetch(`http://127.0.0.1:${port}/livez`)).ok)
  return Object.assign(program, { port })
}

const stream = () =>
  sandbox.control<{ events: number; connections: number; connects: number; mostAtOnce: number }>(
    'GET',
    '/sandbox/wikipedia',
  )
const change = (count: number) =>
  sandbox.control('POST', '/sandbox/wikipedia', {
    events: Array.from({ length: count }, (_, at) => ({
      type: at % 5 === 0 ? 'new' : 'edit',
      bot: at % 3 === 0,
      server_name: at % 2 === 0 ? 'en.wikipedia.org' : 'es.wikipedia.org',
      title: `Page ${at}`,
    })),
  })
const isConnected = () => eventually('it is connected', async () => (await stream()).connections > 0)

/** Events and counts, as they should be and as they are. */
async function compare(after: number) {
  const all = await sandbox.control<Streamed[]>(
    'GET',
    `/sandbox/wikipedia/events?after=${after}&limit=100000`,
  )
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

async function expectExact(after: number) {
  await eventually(
    'all is stored',
    async () => {
      const { ids } = await compare(after)
      return ids.stored.length >= ids.expected.length
    },
    { withinMs: 30_000 },
  )
  const { ids, counts } = await compare(after)
  expect(ids.stored).toEqual(ids.expected)
  expect(counts.stored).toEqual(counts.expected)
}

describe('the ingester', () => {
  it('stores and counts what happens, once, over cuts, repeats, refusals and canaries', async () => {
    const { events: start } = await stream()
    const ingester = await startIngester()
    await isConnected()
    await change(300)
    await sandbox.control('POST', '/sandbox/faults', { kind: 'stream-duplicate', times: 50 })
    await change(100)
    await sandbox.control('POST', '/sandbox/faults', { kind: 'stream-status', status: 429, times: 2 })
    await sandbox.control('POST', '/sandbox/faults', { kind: 'stream-cut' })
    await change(200)
    await sandbox.control('POST', '/sandbox/wikipedia', {
      events: [{ meta: { domain: 'canary' }, type: 'edit' }],
    })
    await change(50)
    await expectExact(start - 1)
    expect(await database.query('SELECT FROM recent_change_gaps')).toEqual([])
    const metrics = await (await fetch(`http://127.0.0.1:${ingester.port}/metrics`)).text()
    expect(metrics).toMatch(/shardlight_wikipedia_events_total 650/)
  })

  it('goes on where it was killed, without loss or repeat', async () => {
    const { events: start } = await stream()
    let ingester = await startIngester()
    await isConnected()
    for (let round = 0; round < 4; round++) {
      await change(400)
      await eventually(
        'some are stored',
        async () => (await database.query('SELECT FROM recent_changes LIMIT 1')).length > 0,
      )
      ingester.child.kill('SIGKILL')
      await ingester.exited
      await change(100)
      ingester = await startIngester()
    }
    await expectExact(start - 1)
  })

  it('leaves the stream to one process, and takes it over within ten seconds', async () => {
    const { events: start } = await stream()
    const first = await startIngester()
    await isConnected()
    await startIngester()
    await change(100)
    first.child.kill('SIGKILL')
    const killedMs = performance.now()
    await change(100)
    await expectExact(start - 1)
    expect(performance.now() - killedMs).toBeLessThan(10_000)
    expect((await stream()).mostAtOnce).toBe(1)
  })

  it('refuses to ask Wikimedia without saying who asks', async () => {
    const program = each.use(runProgram('apps/ingester/src/main.ts', { DATABASE_URL: databaseUrl }))
    expect(await program.exited).toBe(1)
    expect(program.output()).toMatch(
      /^ingester: WIKIPEDIA_CONTACT is not set: Wikimedia asks every client for a contact/,
    )
  })
})
