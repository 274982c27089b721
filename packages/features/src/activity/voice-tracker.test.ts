import { type Database, openDatabase } from '@shardlight/database'
import { type EventLog, openEventLog, UserActive } from '@shardlight/event-log'
import { createLog, monotonicClock } from '@shardlight/service'
import { eventually, type Sandbox, startSandbox, testDatabase } from '@shardlight/testing'
import { Client, Events, GatewayIntentBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cacheOptions } from '../client-options.ts'
import { createActivity } from './activity.ts'
import { startVoiceTracker } from './voice-tracker.ts'

const VOICE_CHANNEL = 2
const silent = createLog({ name: 'test', level: 'silent' })

let sandbox: Sandbox
let database: Database
let eventLog: EventLog
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  sandbox = opened.use(await startSandbox({ guilds: 2, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  eventLog = opened.use(await openEventLog({ database, log: silent }))
  await database.query(
    `CREATE TABLE voice_stays (guild_id bigint, user_id bigint, counted_ms bigint NOT NULL,
       seen_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (guild_id, user_id))`,
  )
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

/** A bot that counts `enoughMs` instead of ten minutes. */
async function startBot(enoughMs: number): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const client = new Client({
    ...cacheOptions(),
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
    rest: { api: sandbox.apiUrl },
  })
  opened.use(
    await startVoiceTracker({
      client,
      activity: createActivity({ eventLog, log: silent }),
      database,
      shards: { ids: [0], total: 1 },
      clock: monotonicClock,
      log: silent,
      enoughMs,
      lookEveryMs: 100,
    }),
  )
  opened.defer(() => client.destroy())
  const ready = new Promise(resolve => client.once(Events.ClientReady, resolve))
  await client.login(sandbox.token)
  await ready
  return opened.move()
}

async function placeOf(guild: number) {
  const world = await sandbox.world()
  const { id = '', channels = [], memberIds = [] } = world.guilds[guild] ?? {}
  const channelId = channels.find(channel => channel.type === VOICE_CHANNEL)?.id ?? ''
  const [ada = '', grace = ''] = memberIds
  const join = (userId: string, isIn = true) =>
    sandbox.control('POST', '/sandbox/voice', { userId, guildId: id, channelId: isIn ? channelId : null })
  const active = async () => {
    const events = await eventLog.getMatchingEvents(UserActive, { guildId: BigInt(id) })
    return events.map(event => event.metadata)
  }
  return { guildId: id, ada, grace, join, active }
}

describe('people who talk with one another', () => {
  it('are active once, with the day on which they joined', async () => {
    const { ada, grace, join, active } = await placeOf(0)
    await using _bot = await startBot(300)
    await join(ada)
    await join(grace)
    await eventually('both are', async () => (await active()).length === 2)
    expect(new Set((await active()).map(one => one.userId))).toEqual(new Set([BigInt(ada), BigInt(grace)]))
    expect((await active())[0]).toMatchObject({ how: 'voice', joinedAt: expect.stringMatching(/^2024-/) })
    await eventually('and are counted anew', async () => {
      const [row] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM events')
      return row?.n === 2
    })
  })

  it('go on counting after a restart of the bot, without having to join again', async () => {
    const { ada, grace, guildId, join, active } = await placeOf(1)
    {
      await using _first = await startBot(600_000)
      await join(ada)
      await join(grace)
    }
    const saved = await database.query<{ counted: number }>(
      'SELECT counted_ms::int AS counted FROM voice_stays WHERE guild_id = $1',
      [guildId],
    )
    expect(saved).toHaveLength(2)
    await database.query('UPDATE voice_stays SET counted_ms = 599_900 WHERE guild_id = $1', [guildId])
    expect(await active()).toEqual([])
    await using _second = await startBot(600_000)
    await eventually('both are active', async () => (await active()).length === 2)
  })
})
