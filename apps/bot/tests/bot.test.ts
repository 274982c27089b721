import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@shardlight/database'
import { findFreePort } from '@shardlight/embedded'
import {
  eventually,
  type Program,
  runProgram,
  type Sandbox,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'

type ShardProcess = {
  id: number
  pid: number
  port: number
  shards: number[]
  state: string
  restarts: number
}

describe('the bot', { timeout: 120_000 }, () => {
  let sandbox: Sandbox
  let databaseUrl: string
  let folder: string
  let scope: AsyncDisposableStack

  beforeEach(async () => {
    scope = new AsyncDisposableStack()
    sandbox = scope.use(await startSandbox({ guilds: 4, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    databaseUrl = scope.use(await testDatabase()).url
    folder = await mkdtemp(join(tmpdir(), 'bot-'))
    scope.defer(() => rm(folder, { recursive: true }))
    return () => scope.disposeAsync()
  })

  async function startBot(environment: Record<string, string> = {}) {
    const port = await findFreePort()
    const program: Program = scope.use(
      runProgram('apps/bot/src/manager.ts', {
        DISCORD_TOKEN: sandbox.token,
        DISCORD_API_URL: sandbox.apiUrl,
        DATABASE_URL: databaseUrl,
        TOTAL_SHARDS: '4',
        SHARDS_PER_PROCESS: '2',
        MANAGER_PORT: String(port),
        DATA_DIR: folder,
        ...environment,
      }),
    )
    async function read<Answer>(path: string): Promise<Answer> {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`)
      return (await answer.json()) as Answer
    }
    const processes = () => read<ShardProcess[]>('/processes')
    const untilReady = () =>
      eventually(
        'all are ready',
        async () => {
          const all = await processes()
          return all.length > 0 && all.every(one => one.state === 'ready') && all
        },
        { withinMs: 60_000 },
      )
    return { program, read, processes, untilReady }
  }

  const fault = (kind: string, more: object) => sandbox.control('POST', '/sandbox/faults', { kind, ...more })

  it('names every variable that is missing or wrong', async () => {
    const program = scope.use(
      runProgram('apps/bot/src/manager.ts', { TOTAL_SHARDS: 'many', DATABASE_URL: 'mysql://x' }),
    )
    expect(await program.exited).toBe(1)
    expect(program.output()).toMatch(/^manager: DISCORD_TOKEN is not set: take it from .*developer portal$/m)
    expect(program.output()).toMatch(
      /^manager: DATABASE_URL: expected an address that begins with postgres:/m,
    )
    expect(program.output()).toMatch(/^manager: TOTAL_SHARDS="many": expected "auto" or a whole number/m)
  })

  it('says that a shard process is not started by hand', async () => {
    const program = scope.use(runProgram('apps/bot/src/shard-process.ts'))
    expect(await program.exited).toBe(1)
    expect(program.output()).toMatch(/^shard process: cannot start: .*manager/)
  })

  it('stops with the reason in one line when Discord refuses its token', async () => {
    const { program } = await startBot({ DISCORD_TOKEN: 'bm90.the.token' })
    expect(await program.exited).toBe(1)
    expect(program.output()).toBe(
      'manager: cannot start: Discord refused the bot token (401); check DISCORD_TOKEN\n',
    )
  })

  it.each([
    [4004, 'DISCORD_TOKEN'],
    [4014, 'DISCORD_MESSAGE_CONTENT=false'],
  ])(
    'stops at once, saying what to do, when Discord closes a shard for good with %i',
    async (code, advice) => {
      const { program, untilReady } = await startBot()
      await untilReady()
      await fault('gateway-close', { shardId: 3, code })
      expect(await program.exited).toBe(1)
      expect(program.output()).toContain(`manager: Discord closed shard 3 for good with code ${code}: `)
      expect(program.output()).toContain(advice)
      expect((await sandbox.ledger()).identifies.byShard['3']).toBe(1)
    },
  )

  it('takes as many shards as Discord recommends', async () => {
    await sandbox.control('POST', '/sandbox/settings', { recommendedShards: 3 })
    const { untilReady } = await startBot({ TOTAL_SHARDS: 'auto' })
    expect((await untilReady()).map(one => one.shards)).toEqual([[0, 1], [2]])
  })

  it('serves probes and metrics from every process', async () => {
    const { untilReady, read } = await startBot()
    const [first] = await untilReady()
    expect(await read('/readyz')).toEqual({ ready: true, checks: { processes: 'ok' } })
    const get = (path: string) => fetch(`http://127.0.0.1:${first?.port}${path}`)
    expect(await (await get('/readyz')).json()).toEqual({
      ready: true,
      checks: { database: 'ok', discord: 'ok' },
    })
    expect(await (await get('/livez')).json()).toEqual({ live: true })
    expect(await (await get('/metrics')).text()).toContain('shardlight_countdowns_active 0')
  })

  it('waits for a database that cannot be reached, says so, and identifies nothing meanwhile', async () => {
    const { program, read } = await startBot({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none' })
    await eventually('it says so', () =>
      program
        .output()
        .includes(
          'cannot reach PostgreSQL at 127.0.0.1:1/none (connect ECONNREFUSED 127.0.0.1:1); check DATABASE_URL',
        ),
    )
    await eventually('readiness says so', async () => {
      const { ready, checks } = await read<{ ready: boolean; checks: { processes: string } }>('/readyz')
      return !ready && /^standby: cannot reach PostgreSQL at 127.0.0.1:1\/none/.test(checks.processes)
    })
    expect(program.output()).not.toContain('hunter2')
    expect((await sandbox.ledger()).identifies.total).toBe(0)
  })

  it('resumes a dropped connection without another IDENTIFY', async () => {
    const { untilReady } = await startBot()
    await untilReady()
    await fault('gateway-close', { shardId: 1, code: 4000 })
    await eventually('it has resumed', async () => (await sandbox.ledger()).resumes === 1)
    expect((await sandbox.ledger()).identifies.byShard).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1 })
  })

  it('gives its shard processes nothing that they do not need', async () => {
    const { untilReady } = await startBot({ AWS_SECRET_ACCESS_KEY: 'nobody-elses-business' })
    const [first] = await untilReady()
    const environment = await readFile(`/proc/${first?.pid}/environ`, 'utf8')
    expect(environment).toContain('SHARD_LIST=0,1')
    expect(environment).not.toContain('nobody-elses-business')
  })

  it('brings its tables up to date though both shard processes start at once', async () => {
    const { untilReady } = await startBot()
    await untilReady()
    await using database = await openDatabase({ url: databaseUrl, applicationName: 'test' })
    const tables = await database.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    )
    const ofEveryRoom = ['command_errors', 'events', 'tasks', 'voice_stays', 'votes']
    expect(tables.map(one => one.name)).toEqual(expect.arrayContaining(ofEveryRoom))
  })
})
