import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@shardlight/service'
import { eventually } from '@shardlight/testing'
import { Client, Events, GatewayIntentBits } from 'discord.js'
import { describe, expect, it, vi } from 'vitest'
import type { Membership } from '../src/join-cluster.ts'
import { type Gateway, openGateway } from '../src/sessions/gateway.ts'
import { type Manners, type StubbornGateway, startStubbornGateway } from './stubborn-gateway.ts'

const TOTAL_SHARDS = 2
const log = createLog({ name: 'test', level: 'silent' })

type ShardProcess = AsyncDisposable & { gateway: Gateway; client: Client; connecting: Promise<void> }

type Trouble = AsyncDisposable & {
  discord: StubbornGateway
  /** Where sessions are kept. */
  directory: string
  /** The shards that asked for one; all are granted at once. */
  permits: number[]
  /** The connections of a shard process, in this one. */
  connect(shards?: number[], options?: { helloTimeoutMs?: number }): ShardProcess
  /** Connects, and leaves the sessions for the next process. */
  leaveSessions(shards?: number[]): Promise<void>
  /** Resolves when shards have tried to connect that often. */
  attempts(count: number): Promise<unknown>
}

async function prepare(): Promise<Trouble> {
  await using scope = new AsyncDisposableStack()
  const discord = scope.use(await startStubbornGateway())
  const folder = await mkdtemp(join(tmpdir(), 'stubborn-'))
  scope.defer(() => rm(folder, { recursive: true }))
  const directory = join(folder, 'sessions')
  const permits: number[] = []

  function connect(shards = [0], { helloTimeoutMs = 60_000 } = {}): ShardProcess {
    const membership: Membership = {
      processId: 0,
      shards,
      totalShards: TOTAL_SHARDS,
      serve() {},
      prepared: async () => ({ generation: 0, muted: false }),
      gatewayUrl: () => discord.url,
      async waitForIdentify(shardId) {
        permits.push(shardId)
      },
      isWaitingForPermit: () => false,
      identified() {},
      takeRequest: async () => {},
      reportRequest() {},
      ready() {},
      listening() {},
      fatal() {},
      isOurs: () => true,
      async [Symbol.asyncDispose]() {},
    }
    const gateway = openGateway({ membership, directory, log })
    const { buildStrategy } = gateway.ws
    const client = new Client({
      intents: [GatewayIntentBits.Guilds],
      shards,
      shardCount: TOTAL_SHARDS,
      ws: {
        ...gateway.ws,
        ...(buildStrategy && {
          buildStrategy(manager) {
            manager.options.helloTimeout = helloTimeoutMs
            return buildStrategy(manager)
          },
        }),
      },
    })
    gateway.attach(client)
    client.on(Events.ShardError, () => {})
    const connecting = gateway.connect('MTEx.only.for-this-test')
    // Whoever is interested waits for it.
    connecting.catch(() => {})
    return {
      gateway,
      client,
      connecting,
      [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
    }
  }

  const opened = scope.move()
  return {
    discord,
    directory,
    permits,
    connect,
    async leaveSessions(shards = [0]) {
      await using process = connect(shards)
      await process.connecting
      await process.gateway.close()
      await eventually('nobody is connected', () => discord.connections() === 0)
      expect(discord.heard.map(({ what }) => what)).toEqual(shards.map(() => 'identify'))
      for (const list of [discord.heard, discord.attempts, discord.closed, permits]) list.length = 0
    },
    attempts: count =>
      eventually(`it has tried ${count} times`, () => discord.attempts.length >= count, {
        withinMs: 120_000,
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

const untilConnected = ({ gateway }: ShardProcess, shardId = 0) =>
  eventually(`shard ${shardId} is connected`, () => gateway.isConnected(shardId), { withinMs: 60_000 })

const guild = (name: string) => ({
  id: '900',
  name,
  owner_id: '1',
  channels: [],
  threads: [],
  roles: [],
  members: [],
  presences: [],
  voice_states: [],
  emojis: [],
  stickers: [],
  features: [],
})

// Most of each is waiting. An exception that nobody catches fails the run.
describe.concurrent('a gateway that fails as the sandbox cannot', { timeout: 180_000 }, () => {
  it('keeps every session where one shard is refused with a 503, and resumes that one afterwards', async () => {
    await using trouble = await prepare()
    const { discord, permits } = trouble
    await trouble.leaveSessions([0, 1])
    discord.behave({ connection: 'refused' }, ['/', '/1'])
    await using process = trouble.connect([0, 1])
    await untilConnected(process, 0)
    await trouble.attempts(4)
    expect(process.gateway.isConnected(1)).toBe(false)
    discord.behave({})
    await untilConnected(process, 1)
    await process.connecting
    expect(discord.heard).toEqual([
      { what: 'resume', shardId: 0, path: '/0' },
      { what: 'resume', shardId: 1, path: expect.any(String) },
    ])
    expect({ closed: discord.closed, permits }).toEqual({ closed: [], permits: [] })
  })

  it.each<[string, Partial<Manners>]>([
    ['READY', { answersIdentify: false }],
    ['HELLO', { saysHello: false }],
  ])('is left resumably, and not waited for, while a shard waits for %s', async (_, manners) => {
    await using trouble = await prepare()
    const { discord } = trouble
    discord.behave(manners)
    await using process = trouble.connect()
    await eventually('it waits', () =>
      manners.saysHello === false ? discord.sockets() > 0 : discord.heard.length > 0,
    )
    await process.gateway.close()
    await eventually('its socket is closed', () => discord.closed.length > 0)
    expect(discord.closed).toEqual([4200])
  })

  it('is left while it does not even answer, and the session is there for the next process', async () => {
    await using trouble = await prepare()
    const { discord } = trouble
    await trouble.leaveSessions()
    discord.behave({ connection: 'ignored' })
    {
      await using process = trouble.connect()
      await trouble.attempts(1)
      await process.gateway.close()
    }
    await eventually('nobody is connected', () => discord.connections() === 0)
    discord.behave({})
    await using next = trouble.connect()
    await untilConnected(next)
    expect(discord.heard.map(({ what }) => what)).toEqual(['resume'])
  })

  it.each<[string, Partial<Manners>]>([
    ['accepts connections and never answers', { connection: 'ignored' }],
    ['never says HELLO', { saysHello: false }],
  ])('is asked again and again where it %s, until the shard can resume', async (_, manners) => {
    await using trouble = await prepare()
    const { discord } = trouble
    await trouble.leaveSessions()
    discord.behave(manners)
    await using process = trouble.connect()
    await trouble.attempts(2)
    discord.behave({})
    await untilConnected(process)
    expect(discord.heard.map(({ what }) => what)).toEqual(['resume'])
    expect(discord.closed).not.toContain(1000)
    await eventually('no other connection is left', () => discord.connections() === 1)
  })

  it('is asked again and again where it never says HELLO to a shard without a session', async () => {
    await using trouble = await prepare()
    const { discord, permits } = trouble
    discord.behave({ saysHello: false })
    await using process = trouble.connect([0], { helloTimeoutMs: 2_000 })
    await trouble.attempts(4)
    discord.behave({})
    await untilConnected(process)
    expect(permits).toEqual([0])
    await eventually('no other connection is left', () => discord.connections() === 1)
  })

  it('gets a RESUME at its general address where none is answered, then an IDENTIFY under a permit', async () => {
    await using trouble = await prepare()
    const { discord, permits } = trouble
    await trouble.leaveSessions()
    discord.behave({ answersResume: false })
    await using process = trouble.connect()
    await untilConnected(process)
    expect(discord.heard).toEqual([
      { what: 'resume', shardId: 0, path: '/0' },
      { what: 'resume', shardId: 0, path: '/' },
      { what: 'identify', shardId: 0, path: '/' },
    ])
    expect(permits).toEqual([0])
  })

  it('loses no shard to a disk that is full, and the next process resumes nothing stale', async () => {
    await using trouble = await prepare()
    const { discord } = trouble
    const obstacle = join(trouble.directory, `0-of-${TOTAL_SHARDS}.guilds.new`)
    {
      await using process = trouble.connect()
      await process.connecting
      // What is to be written there fails.
      await mkdir(obstacle)
      const names: string[] = []
      process.client.on(Events.GuildUpdate, (_, { name }) => names.push(name))
      discord.dispatch(0, 'GUILD_CREATE', guild('first'))
      for (const name of ['second', 'third', 'fourth'])
        discord.dispatch(0, 'GUILD_UPDATE', { ...guild(name), description: 'x'.repeat(1_000_000) })
      await eventually('it has handled all', () => names.at(-1) === 'fourth')
      expect(process.gateway.isConnected(0)).toBe(true)
    }
    await rm(obstacle, { recursive: true })
    await using next = trouble.connect()
    await next.connecting
    expect(discord.heard.map(({ what }) => what)).toEqual(['identify', 'identify'])
  })

  it('serves a process whose sessions cannot be kept at all', async () => {
    await using trouble = await prepare()
    await writeFile(trouble.directory, 'a file where a folder should be')
    for (const heard of [['identify'], ['identify', 'identify']]) {
      await using process = trouble.connect()
      await process.connecting
      expect(trouble.discord.heard.map(({ what }) => what)).toEqual(heard)
    }
  })
})

describe('a gateway on which nothing was said for long', { timeout: 120_000 }, () => {
  it('resumes the session of a shard that it then drops for a while', async () => {
    await using trouble = await prepare()
    const { discord } = trouble
    await using process = trouble.connect()
    await process.connecting
    const realNow = performance.now.bind(performance)
    using _later = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + 600_000)
    await eventually(
      'it is still alive',
      () => (process.gateway.health()[0]?.heartbeatAckAgeMs ?? 0) < 60_000,
    )
    discord.behave({ connection: 'reset' })
    discord.cut()
    await trouble.attempts(3)
    discord.behave({})
    await untilConnected(process)
    expect(discord.heard.map(({ what }) => what)).toEqual(['identify', 'resume'])
  })
})
