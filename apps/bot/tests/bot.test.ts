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
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainClose } from '../src/final-close.ts'

type ShardProcess = {
  id: number
  pid: number
  port: number
  shards: number[]
  state: string
  restarts: number
}

/** The tests share one bot, unless one of them ends it. */
describe('the bot', { timeout: 120_000 }, () => {
  const scope = new AsyncDisposableStack()
  let sandbox: Sandbox
  let databaseUrl: string
  let running: ReturnType<typeof startBot> | undefined

  beforeAll(async () => {
    sandbox = scope.use(await startSandbox({ guilds: 3, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    await sandbox.control('POST', '/sandbox/settings', { recommendedShards: 3 })
    databaseUrl = scope.use(await testDatabase()).url
  })
  afterAll(() => scope.disposeAsync())

  async function startBot(environment: Record<string, string> = {}) {
    const port = await findFreePort()
    const folder = await mkdtemp(join(tmpdir(), 'bot-'))
    scope.defer(() => rm(folder, { recursive: true }))
    const program: Program = scope.use(
      runProgram('apps/bot/src/manager.ts', {
        DISCORD_TOKEN: sandbox.token,
        DISCORD_API_URL: sandbox.apiUrl,
        DATABASE_URL: databaseUrl,
        TOTAL_SHARDS: 'auto',
        SHARDS_PER_PROCESS: '2',
        MANAGER_PORT: String(port),
        DATA_DIR: folder,
        AWS_SECRET_ACCESS_KEY: 'nobody-elses-business',
        ...environment,
      }),
    )
    async function read<Answer>(path: string): Promise<Answer> {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`)
      return (await answer.json()) as Answer
    }
    return { program, read }
  }

  /** The bot that the tests share, and its processes. */
  async function readyBot() {
    running ??= startBot()
    const { program, read } = await running
    const processes = await eventually(
      'all are ready',
      async () => {
        const all = await read<ShardProcess[]>('/processes')
        return all.length > 0 && all.every(one => one.state === 'ready') && all
      },
      { withinMs: 60_000 },
    )
    return { program, read, processes }
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

  it('takes as many shards as Discord recommends', async () => {
    const { processes } = await readyBot()
    expect(processes.map(one => one.shards)).toEqual([[0, 1], [2]])
  })

  it('serves probes and metrics from every process', async () => {
    const { processes, read } = await readyBot()
    expect(await read('/readyz')).toEqual({ ready: true, checks: { processes: 'ok' } })
    for (const { port } of processes) {
      const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
      expect(await (await get('/readyz')).json()).toEqual({
        ready: true,
        checks: { database: 'ok', discord: 'ok' },
      })
      expect(await (await get('/livez')).json()).toEqual({ live: true })
      expect(await (await get('/metrics')).text()).toContain('shardlight_countdowns_active 0')
    }
  })

  it('waits for a database that cannot be reached, says so, and identifies nothing meanwhile', async () => {
    const before = await sandbox.ledger()
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
    expect((await sandbox.ledger()).identifies.total).toBe(before.identifies.total)
    await program[Symbol.asyncDispose]()
  })

  it('resumes a dropped connection without another IDENTIFY', async () => {
    await readyBot()
    const before = await sandbox.ledger()
    await fault('gateway-close', { shardId: 1, code: 4000 })
    await eventually('it has resumed', async () => (await sandbox.ledger()).resumes === before.resumes + 1)
    expect((await sandbox.ledger()).identifies.byShard).toEqual(before.identifies.byShard)
  })

  it('gives its shard processes nothing that they do not need', async () => {
    const { program, processes } = await readyBot()
    const environmentOf = (pid = 0) => readFile(`/proc/${pid}/environ`, 'utf8')
    expect(await environmentOf(program.pid)).toContain('nobody-elses-business')
    const given = await environmentOf(processes[0]?.pid)
    expect(given).toContain('SHARD_LIST=0,1')
    expect(given).not.toContain('nobody-elses-business')
  })

  it('brings its tables up to date though both shard processes start at once', async () => {
    await readyBot()
    await using database = await openDatabase({ url: databaseUrl, applicationName: 'test' })
    const tables = await database.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    )
    const ofEveryRoom = ['command_errors', 'events', 'tasks', 'voice_stays', 'votes']
    expect(tables.map(one => one.name)).toEqual(expect.arrayContaining(ofEveryRoom))
  })

  it('stops at once, saying what to do, when Discord closes a shard for good', async () => {
    const { program } = await readyBot()
    running = undefined
    const before = await sandbox.ledger()
    await fault('gateway-close', { shardId: 2, code: 4014 })
    expect(await program.exited).toBe(1)
    expect(program.output()).toContain(`manager: ${explainClose(2, 4014)}`)
    expect((await sandbox.ledger()).identifies).toEqual(before.identifies)
  })
})
