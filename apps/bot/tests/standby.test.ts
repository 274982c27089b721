import {
  eventually,
  isAlive,
  type PostgresProxy,
  type Sandbox,
  type SandboxLedger,
  startPostgresProxy,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { prepareManagers, type RunningManager } from './managers.ts'

const TOTAL_SHARDS = 2
const ALL_ONLINE = '33'
const COUNT_TO = 300

type Managers = Awaited<ReturnType<typeof prepareManagers>>

/** A manager that owns the shards, and the folder of its host. */
type Owner = { manager: RunningManager; folder: string }

describe('two managers for the same shards', { timeout: 180_000 }, () => {
  const scope = new AsyncDisposableStack()
  let sandbox: Sandbox
  let managers: Managers
  let proxy: PostgresProxy
  let databaseUrl: string
  let botUserId: string
  /** Of each shard, those in which no test has counted yet. */
  let unused: string[][]
  /** Where a test counts: one on each shard. */
  let channels: string[]
  let started: RunningManager[] = []
  /** Whoever owned the shards when a test ended well: the next goes on with it. */
  let lastOwner: Owner | undefined

  beforeAll(async () => {
    sandbox = scope.use(await startSandbox({ guilds: 16, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    databaseUrl = scope.use(await testDatabase()).url
    proxy = scope.use(await startPostgresProxy(databaseUrl))
    managers = scope.use(
      await prepareManagers({ sandbox, databaseUrl: proxy.url, totalShards: TOTAL_SHARDS }),
    )
    const { application, guilds } = await sandbox.world()
    botUserId = application.botUserId
    unused = Array.from({ length: TOTAL_SHARDS }, (_, shardId) =>
      guilds
        .filter(({ id }) => Number((BigInt(id) >> 22n) % BigInt(TOTAL_SHARDS)) === shardId)
        .flatMap(guild => guild.channels.find(({ type }) => type === 0)?.id ?? []),
    )
  })
  afterAll(() => scope.disposeAsync())

  beforeEach(async () => {
    const others = started.filter(manager => manager !== lastOwner?.manager)
    await Promise.all(others.map(({ program }) => program[Symbol.asyncDispose]()))
    started = lastOwner ? [lastOwner.manager] : []
    channels = unused.map(ofShard => ofShard.pop() ?? '')
  })

  async function start(folder: string): Promise<RunningManager> {
    const manager = await managers.start({}, folder)
    started.push(manager)
    return manager
  }

  /** The owner of the test before, or a first one, with its processes; nobody's before the test has ended well. */
  async function owner(): Promise<Owner & { pids: number[] }> {
    const folder = lastOwner?.folder ?? (await managers.newFolder())
    const manager = lastOwner?.manager ?? (await start(folder))
    lastOwner = undefined
    return { manager, folder, pids: await manager.untilConnected() }
  }

  const untilStandby = (manager: RunningManager, of: RunningManager) =>
    eventually(
      'it stands by, and says for whom',
      async () => {
        const { role, reason, processes } = await manager.view()
        return role === 'standby' && reason?.endsWith(`:${of.program.pid} owns its shards`) && !processes[0]
      },
      { withinMs: 60_000 },
    )

  /** An owner whose bot counts on every shard, and a manager that stands by on the same host or another. */
  async function ownerAndStandby(isSameHost: boolean) {
    const { manager: first, folder, pids } = await owner()
    const secondFolder = isSameHost ? folder : await managers.newFolder()
    const second = await start(secondFolder)
    await untilStandby(second, first)
    await startCounts()
    const before = await sandbox.ledger()
    const goOn = () => {
      lastOwner = { manager: second, folder: secondFolder }
    }
    return { first, pids, second, before, goOn }
  }

  async function say(content: string): Promise<void> {
    const { users } = await sandbox.world()
    await Promise.all(channels.map(id => sandbox.write(id, users[0]?.id ?? '', `<@${botUserId}> ${content}`)))
  }

  /** What the bot said in this test, by channel. */
  const told = (): Promise<string[][]> =>
    Promise.all(
      channels.map(async id =>
        (await sandbox.messages(id)).flatMap(({ authorId, content }) =>
          authorId === botUserId ? content : [],
        ),
      ),
    )

  async function startCounts(): Promise<void> {
    await say(`count to ${COUNT_TO}`)
    await eventually('all count', async () => (await told()).every(({ length }) => length >= 2))
  }

  /** Each count goes on until it is stopped, and no number is missing or there twice. */
  async function expectCounts(): Promise<void> {
    const before = (await told()).map(({ length }) => length)
    await eventually(
      'all counts go on',
      async () => (await told()).every(({ length }, at) => length >= (before[at] ?? 0) + 2),
      { withinMs: 60_000 },
    ).catch(async cause => {
      throw new Error(JSON.stringify([before, await told()]), { cause })
    })
    // A process that is frozen meanwhile has it in its sockets when it goes on.
    await say('stop')
    await eventually('all have stopped', async () =>
      (await told()).every(texts => texts.at(-1)?.startsWith('Stopped at ')),
    )
    for (const texts of await told()) {
      const numbers = texts.slice(0, -1)
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => String(index + 1)))
    }
  }

  /** Numbers and answers that the bot sent again, and Discord did not show again. */
  async function repeatedNonces(): Promise<number> {
    const { rest } = await sandbox.control<{ rest: { repeatedNonces: number } }>('GET', '/sandbox/ledger')
    return rest.repeatedNonces
  }

  async function expectOneSessionEach(): Promise<void> {
    const { sessions, identifies } = await sandbox.ledger()
    expect(sessions.map(({ shardId, shardCount }) => [shardId, shardCount])).toEqual([
      [0, TOTAL_SHARDS],
      [1, TOTAL_SHARDS],
    ])
    expect(identifies.tooEarly).toBe(0)
  }

  /** What Discord has counted since. */
  async function since(before: SandboxLedger) {
    const now = await sandbox.ledger()
    return {
      identifies: now.identifies.total - before.identifies.total,
      resumes: now.resumes - before.resumes,
      missed: now.missed - before.missed,
      doubleSessionMs: now.doubleSessionMs - before.doubleSessionMs,
    }
  }
  const RESUMED = { identifies: 0, resumes: TOTAL_SHARDS, missed: 0, doubleSessionMs: 0 }

  it.each([
    ['on the same host, by RESUME', true],
    ['on another host, by IDENTIFY', false],
  ])('the second takes over when the first is killed, %s', async (_, isSameHost) => {
    const { first, pids, second, before, goOn } = await ownerAndStandby(isSameHost)
    first.program.child.kill('SIGKILL')
    await second.untilConnected()
    expect(pids.filter(isAlive)).toEqual([])
    await expectCounts()
    const identified = { identifies: TOTAL_SHARDS, resumes: 0, doubleSessionMs: 0 }
    expect(await since(before)).toMatchObject(isSameHost ? RESUMED : identified)
    await expectOneSessionEach()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
    goOn()
  })

  it('the second takes over at once when the first is stopped', async () => {
    const { first, second, before, goOn } = await ownerAndStandby(true)
    first.program.child.kill('SIGTERM')
    expect(await first.program.exited).toBe(0)
    await second.untilConnected()
    await expectCounts()
    expect(await since(before)).toEqual(RESUMED)
    await expectOneSessionEach()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
    goOn()
  })

  it.each([
    ['the same host', true],
    ['another host', false],
  ])(
    'the first leaves when it thaws after the second, on %s, took over, and nothing is done twice',
    async (_, isSameHost) => {
      const { first, pids, second, before, goOn } = await ownerAndStandby(isSameHost)
      const frozen = [first.program.pid, ...pids]
      for (const pid of frozen) process.kill(pid, 'SIGSTOP')
      await second.untilConnected()
      await expectCounts()
      await managers.status.untilAllOnline(TOTAL_SHARDS)
      const said = { texts: await told(), repeated: await repeatedNonces() }
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
      const shown = new Set<string>()
      await eventually(
        'the processes of the first leave',
        async () => {
          shown.add(await managers.status.states())
          return !pids.some(isAlive)
        },
        { withinMs: 30_000, everyMs: 20 },
      )
      await untilStandby(first, second)
      await expectOneSessionEach()
      expect([...shown, await managers.status.states()]).toEqual([ALL_ONLINE, ALL_ONLINE])
      expect({ texts: await told(), repeated: await repeatedNonces() }).toEqual(said)
      const { identifies, doubleSessionMs } = await since(before)
      expect(identifies).toBe(isSameHost ? 0 : TOTAL_SHARDS)
      // The frozen sockets of another host stay open until it thaws; a RESUME closes those of the same session.
      if (isSameHost) expect(doubleSessionMs).toBe(0)
      expect((await since(before)).doubleSessionMs).toBe(doubleSessionMs)
      goOn()
    },
  )

  it('nobody serves the shards while PostgreSQL cannot say whose they are; then they are resumed', async () => {
    const { manager, folder, pids } = await owner()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
    const before = await sandbox.ledger()

    proxy.leadTo('postgres://127.0.0.1:1/away')
    proxy.cut()
    await eventually('it stands by', async () => (await manager.view()).role === 'standby', {
      withinMs: 60_000,
    })
    await eventually('the page says that the shards are down', async () =>
      ['11', '22'].includes(await managers.status.states()),
    )
    await eventually('its processes have left', () => !pids.some(isAlive), { withinMs: 30_000 })
    expect((await manager.view()).reason).toMatch(/PostgreSQL/)

    proxy.leadTo(databaseUrl)
    await manager.untilConnected()
    expect(await since(before)).toEqual(RESUMED)
    await expectOneSessionEach()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
    lastOwner = { manager, folder }
  })
})
