import {
  eventually,
  isAlive,
  type Sandbox,
  startPostgresProxy,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { prepareManagers, type RunningManager } from './managers.ts'

const TOTAL_SHARDS = 4
const COUNT_TO = 300

type Managers = Awaited<ReturnType<typeof prepareManagers>>

describe('two managers for the same shards', { timeout: 180_000 }, () => {
  let sandbox: Sandbox
  let managers: Managers
  let channels: string[]
  let databaseUrl: string

  beforeEach(async () => {
    const scope = new AsyncDisposableStack()
    sandbox = scope.use(await startSandbox({ guilds: 8, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    databaseUrl = scope.use(await testDatabase()).url
    managers = scope.use(await prepareManagers({ sandbox, databaseUrl, totalShards: TOTAL_SHARDS }))
    const { guilds } = await sandbox.world()
    channels = guilds.flatMap(guild => guild.channels.find(({ type }) => type === 0)?.id ?? [])
    return () => scope.disposeAsync()
  })

  const untilStandby = (manager: RunningManager, owner: RunningManager) =>
    eventually(
      'it stands by, and says for whom',
      async () => {
        const { role, reason, processes } = await manager.view()
        return (
          role === 'standby' && reason?.endsWith(`:${owner.program.pid} owns its shards`) && !processes[0]
        )
      },
      { withinMs: 60_000 },
    )

  async function say(content: string): Promise<void> {
    const { users, application } = await sandbox.world()
    await Promise.all(
      channels.map(id => sandbox.write(id, users[0]?.id ?? '', `<@${application.botUserId}> ${content}`)),
    )
  }

  /** What the bot said, by channel. */
  async function told(): Promise<string[][]> {
    const { application } = await sandbox.world()
    return await Promise.all(
      channels.map(async id =>
        (await sandbox.messages(id)).flatMap(({ authorId, content }) =>
          authorId === application.botUserId ? content : [],
        ),
      ),
    )
  }

  async function startCounts(): Promise<void> {
    await say(`count to ${COUNT_TO}`)
    await eventually('all count', async () => (await told()).every(({ length }) => length >= 2))
  }

  /** Each count goes on, and no number is missing or there twice. */
  async function expectCounts(): Promise<void> {
    const before = (await told()).map(({ length }) => length)
    await eventually(
      'all counts go on',
      async () => (await told()).every(({ length }, at) => length >= (before[at] ?? 0) + 2),
      { withinMs: 60_000 },
    )
    for (const numbers of await told())
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => String(index + 1)))
  }

  /** Numbers and answers that the bot sent again, and Discord did not show again. */
  async function repeatedNonces(): Promise<number> {
    const { rest } = await sandbox.control<{ rest: { repeatedNonces: number } }>('GET', '/sandbox/ledger')
    return rest.repeatedNonces
  }

  async function expectOneSessionEach(): Promise<void> {
    const { sessions, identifies } = await sandbox.ledger()
    expect(sessions.map(({ shardId, shardCount }) => [shardId, shardCount])).toEqual(
      [0, 1, 2, 3].map(id => [id, TOTAL_SHARDS]),
    )
    expect(identifies.tooEarly).toBe(0)
  }

  it.each([
    ['on the same host, by RESUME', true],
    ['on another host, by IDENTIFY', false],
  ])('the second takes over when the first is killed, %s', async (_, isSameHost) => {
    const folder = await managers.newFolder()
    const first = await managers.start({}, folder)
    const pids = await first.untilConnected()
    const second = await managers.start({}, isSameHost ? folder : undefined)
    await untilStandby(second, first)
    await startCounts()

    first.program.child.kill('SIGKILL')
    const killedMs = performance.now()
    const elapsed = () => `${((performance.now() - killedMs) / 1_000).toFixed(1)} s`
    await eventually('it owns the shards', async () => (await second.view()).role === 'owner', {
      withinMs: 60_000,
    })
    const owned = elapsed()
    await second.untilConnected()
    console.info(`after the kill: owned after ${owned}, connected after ${elapsed()}`)
    expect(pids.map(isAlive)).toEqual([false, false])
    await expectCounts()
    const { identifies, resumes, missed, doubleSessionMs } = await sandbox.ledger()
    expect({ identifies: identifies.total, resumes, doubleSessionMs }).toEqual(
      isSameHost
        ? { identifies: 4, resumes: 4, doubleSessionMs: 0 }
        : { identifies: 8, resumes: 0, doubleSessionMs: 0 },
    )
    if (isSameHost) expect(missed).toBe(0)
    await expectOneSessionEach()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
  })

  it('the second takes over at once when the first is stopped', async () => {
    const folder = await managers.newFolder()
    const first = await managers.start({}, folder)
    await first.untilConnected()
    const second = await managers.start({}, folder)
    await untilStandby(second, first)
    await startCounts()
    first.program.child.kill('SIGTERM')
    expect(await first.program.exited).toBe(0)
    await second.untilConnected()
    await expectCounts()
    const { identifies, resumes, missed, doubleSessionMs } = await sandbox.ledger()
    expect({ identifies: identifies.total, resumes, missed, doubleSessionMs }).toEqual({
      identifies: 4,
      resumes: 4,
      missed: 0,
      doubleSessionMs: 0,
    })
    await expectOneSessionEach()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
  })

  it.each([
    ['the same host', true],
    ['another host', false],
  ])(
    'the first leaves when it thaws after the second, on %s, took over, and nothing is done twice',
    async (_, isSameHost) => {
      const folder = await managers.newFolder()
      const first = await managers.start({}, folder)
      const pids = await first.untilConnected()
      const second = await managers.start({}, isSameHost ? folder : undefined)
      await untilStandby(second, first)
      await startCounts()

      const frozen = [first.program.pid, ...pids]
      for (const pid of frozen) process.kill(pid, 'SIGSTOP')
      await second.untilConnected()
      await expectCounts()
      // The frozen process has it in its sockets when it goes on.
      await say('stop')
      await eventually('all have stopped', async () =>
        (await told()).every(texts => texts.at(-1)?.startsWith('Stopped at ')),
      )
      await managers.status.untilAllOnline(TOTAL_SHARDS)
      const before = { texts: await told(), repeated: await repeatedNonces() }
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
      expect([...shown, await managers.status.states()]).toEqual(['3333', '3333'])
      expect({ texts: await told(), repeated: await repeatedNonces() }).toEqual(before)
      const { identifies, doubleSessionMs } = await sandbox.ledger()
      expect(identifies.total).toBe(isSameHost ? 4 : 8)
      // The frozen sockets of another host stay open until it thaws; a RESUME closes those of the same session.
      if (isSameHost) expect(doubleSessionMs).toBe(0)
      expect((await sandbox.ledger()).doubleSessionMs).toBe(doubleSessionMs)
    },
  )

  it('nobody serves the shards while PostgreSQL cannot say whose they are; then they are resumed', async () => {
    await using proxy = await startPostgresProxy(databaseUrl)
    const manager = await managers.start({ DATABASE_URL: proxy.url })
    const pids = await manager.untilConnected()
    await managers.status.untilAllOnline(TOTAL_SHARDS)

    proxy.leadTo('postgres://127.0.0.1:1/away')
    proxy.cut()
    await eventually('it stands by', async () => (await manager.view()).role === 'standby', {
      withinMs: 60_000,
    })
    await eventually('the page says that the shards are down', async () =>
      ['1111', '2222'].includes(await managers.status.states()),
    )
    await eventually('its processes have left', () => !pids.some(isAlive), { withinMs: 30_000 })
    expect((await manager.view()).reason).toMatch(/PostgreSQL/)

    proxy.leadTo(databaseUrl)
    await manager.untilConnected()
    const { identifies, resumes, missed } = await sandbox.ledger()
    expect({ identifies: identifies.total, resumes, missed }).toEqual({
      identifies: 4,
      resumes: 4,
      missed: 0,
    })
    await expectOneSessionEach()
    await managers.status.untilAllOnline(TOTAL_SHARDS)
  })
})
