import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@shardlight/embedded'
import {
  eventually,
  type PostgresProxy,
  redisIsMissing,
  type Sandbox,
  startPostgresProxy,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { prepareManagers, type RunningManager, type StatusPage } from './managers.ts'

const TOTAL_SHARDS = 6
const RANGES = ['0-1', '2-3', '4-5']
const NOWHERE = 'redis://127.0.0.1:1'
const NO_REDIS = /^Redis, .* does not answer/

/** Shards, requests and messages of three managers, each with its own way to Redis; max_concurrency is 1. */
describe.skipIf(redisIsMissing())('managers on three hosts', { timeout: 180_000 }, () => {
  let sandbox: Sandbox
  let status: StatusPage
  let redis: NonNullable<Awaited<ReturnType<typeof startRedis>>>
  let managers: RunningManager[]
  let ways: PostgresProxy[]

  beforeAll(async () => {
    const scope = new AsyncDisposableStack()
    sandbox = scope.use(await startSandbox({ guilds: 12 }))
    const { url: databaseUrl } = scope.use(await testDatabase())
    redis = await startOwnRedis()
    scope.defer(() => redis[Symbol.asyncDispose]())
    const prepared = scope.use(await prepareManagers({ sandbox, databaseUrl, totalShards: TOTAL_SHARDS }))
    status = prepared.status
    ways = await Promise.all(RANGES.map(() => startPostgresProxy(redis.url)))
    for (const way of ways) scope.use(way)
    managers = await Promise.all(
      RANGES.map((range, at) => prepared.start({ SHARD_RANGE: range, REDIS_URL: ways[at]?.url ?? '' })),
    )
    await Promise.all(managers.map(manager => manager.untilConnected()))
    return () => scope.disposeAsync()
  }, 240_000)

  async function startOwnRedis(port?: number) {
    const started = await startRedis(port === undefined ? {} : { port })
    if (!started) throw new Error('Redis was there a moment ago')
    return started
  }

  const viewOf = async (at: number) => {
    const manager = managers[at]
    if (!manager) throw new Error(`there is no manager ${at}`)
    return await manager.view()
  }
  const untilItSaysSo = (at: number) =>
    eventually('it says that Redis is away', async () =>
      NO_REDIS.test((await viewOf(at)).requests?.outage ?? ''),
    )
  const sessionIds = async () =>
    (await sandbox.ledger()).sessions.map(({ shardId, sessionId }) => `${shardId} ${sessionId}`)
  const endSession = (shardId: number) =>
    sandbox.control('POST', '/sandbox/faults', { kind: 'invalid-session', shardId, resumable: false })

  /** The first text channel of a guild of that shard. */
  async function channelOn(shardId: number): Promise<string> {
    const { guilds } = await sandbox.world()
    const guild = guilds.find(({ id }) => Number((BigInt(id) >> 22n) % BigInt(TOTAL_SHARDS)) === shardId)
    const channel = guild?.channels.find(({ type }) => type === 0)
    if (!channel) throw new Error(`no guild on shard ${shardId}`)
    return channel.id
  }

  /** Asks the bot to count there; answers what it said since. */
  async function askToCount(shardId: number): Promise<() => Promise<string[]>> {
    const { users, application } = await sandbox.world()
    const channel = await channelOn(shardId)
    const { id } = await sandbox.write(channel, users[0]?.id ?? '', `<@${application.botUserId}> count to 2`)
    return async () =>
      (await sandbox.messages(channel, id)).flatMap(({ authorId, content }) =>
        authorId === application.botUserId ? content : [],
      )
  }
  const untilCounted = (told: () => Promise<string[]>) =>
    eventually('it has counted', async () => (await told()).join() === '1,2', { withinMs: 30_000 })

  /** Every shard is served, the page says so, and Discord's budgets were kept. */
  async function expectAllWell(): Promise<void> {
    await Promise.all(managers.map(manager => manager.untilConnected()))
    for (const shardId of [0, 2, 4]) await untilCounted(await askToCount(shardId))
    const { sessions, identifies, doubleSessionMs, rest } = await sandbox.ledger()
    expect(sessions.map(({ shardId, shardCount }) => [shardId, shardCount])).toEqual(
      Array.from({ length: TOTAL_SHARDS }, (_, id) => [id, TOTAL_SHARDS]),
    )
    expect({ tooEarly: identifies.tooEarly, doubleSessionMs }).toEqual({ tooEarly: 0, doubleSessionMs: 0 })
    expect(rest.maxPerSecond).toBeLessThanOrEqual(50)
    expect(rest.byStatus).not.toHaveProperty('429')
    await status.untilAllOnline(TOTAL_SHARDS)
    await eventually('the page complains of nothing', async () => (await status.notices()).length === 0)
    for (const at of [0, 1, 2])
      expect(await viewOf(at)).toMatchObject({
        identifies: { reason: null, waiting: [] },
        requests: { outage: null },
      })
  }

  it('come up together without an IDENTIFY that is too early', async () => {
    await expectAllWell()
    const { identifies } = await sandbox.ledger()
    expect(identifies.byShard).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1 })
  })

  it('go on while one of them is cut off from Redis: it keeps its sessions, and sends nothing uncounted', async () => {
    const before = await sandbox.ledger()
    const sessions = await sessionIds()
    ways[0]?.leadTo(NOWHERE)
    ways[0]?.cut()
    await untilItSaysSo(0)
    const cutOff = await askToCount(0)
    const others = await Promise.all([2, 4].map(askToCount))
    await Promise.all(others.map(untilCounted))
    await eventually('the page says so', async () =>
      (await status.notices()).some(text => text.startsWith('The bot cannot post messages at the moment')),
    )

    // An answer to a command is not counted by Discord, and need not wait.
    const { users } = await sandbox.world()
    const { id } = await sandbox.control<{ id: string }>('POST', '/sandbox/interactions', {
      userId: users[0]?.id,
      channelId: await channelOn(0),
      command: 'countdown status',
    })
    await eventually('the command is answered', async () => {
      const { acknowledgedAfterMs } = await sandbox.control<{ acknowledgedAfterMs: number | null }>(
        'GET',
        `/sandbox/interactions/${id}`,
      )
      return acknowledgedAfterMs !== null
    })

    // A session that is lost meanwhile waits for its permit; that of another manager does not.
    await endSession(1)
    await endSession(3)
    await eventually(
      'shard 3 has logged in again',
      async () => (await sandbox.ledger()).sessions.some(({ shardId }) => shardId === 3),
      { withinMs: 30_000 },
    )
    expect((await viewOf(0)).identifies).toMatchObject({
      reason: 'Redis, where logins take turns, cannot be reached; shard 1 waits',
      waiting: [{ shardId: 1 }],
    })
    expect((await viewOf(1)).identifies).toMatchObject({ reason: null, waiting: [] })
    expect(await cutOff()).toEqual([])
    expect(await sessionIds()).toEqual(expect.arrayContaining(sessions.filter(one => !/^[13] /.test(one))))

    ways[0]?.leadTo(redis.url)
    await untilCounted(cutOff)
    await expectAllWell()
    const { identifies } = await sandbox.ledger()
    expect(identifies.total).toBe(before.identifies.total + 2)
  })

  it('keep their sessions and log nobody in while Redis is away, and go on by themselves when it is back', async () => {
    const before = await sandbox.ledger()
    const sessions = await sessionIds()
    await redis[Symbol.asyncDispose]()
    for (const at of [0, 1, 2]) await untilItSaysSo(at)
    for (const shardId of [0, 2, 4]) await endSession(shardId)
    for (const at of [0, 1, 2])
      await eventually('one waits', async () => (await viewOf(at)).identifies?.waiting.length === 1)
    await sleep(6_000)
    expect((await sandbox.ledger()).identifies.total).toBe(before.identifies.total)
    expect(await sessionIds()).toEqual(sessions.filter(one => !/^[024] /.test(one)))

    redis = await startOwnRedis(redis.port)
    await expectAllWell()
    expect((await sandbox.ledger()).identifies.total).toBe(before.identifies.total + 3)
  })
})
