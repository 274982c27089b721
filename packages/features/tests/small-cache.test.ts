import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@shardlight/database'
import { createLog, createMetrics, monotonicClock } from '@shardlight/service'
import { eventually, type Sandbox, type SandboxWorld, startSandbox, testDatabase } from '@shardlight/testing'
import {
  ChannelType,
  Client,
  DefaultRestOptions,
  Events,
  PermissionFlagsBits as Permission,
} from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call, Command, Feature } from '../src/feature.ts'
import { cacheOptions, requiredIntents, startFeatures } from '../src/index.ts'
import { isOpenToAllIn } from '../src/is-open-to-all.ts'

const GUILDS = 20
const CHANNELS = 40
const RECENT_CHANNELS = 500
const THREAD = '77'
const PRIVATE_THREAD = '78'

const calls: Call[] = []

const command: Command = {
  name: 'trial look',
  description: 'Notes who asks',
  text: { usage: 'look', read: words => (words === 'look' ? {} : undefined) },
  async run(call) {
    calls.push(call)
    return { content: 'Looked.' }
  },
}

const trial = (migrations: string): Feature => ({
  name: 'trial',
  description: 'A command for this test',
  migrations,
  start: async () => ({ commands: [command], [Symbol.asyncDispose]: async () => {} }),
})

let sandbox: Sandbox
let world: SandboxWorld
let client: Client
let guildIds: string[]
let scope: AsyncDisposableStack

/** The sandbox has no threads: these two, in a channel that a test names, are answered here. */
let parentOfThreads = ''
const answerForThreads: typeof DefaultRestOptions.makeRequest = async (url, init) => {
  const id = /\/channels\/(\d+)$/.exec(url)?.[1]
  if (id !== THREAD && id !== PRIVATE_THREAD) return DefaultRestOptions.makeRequest(url, init)
  const type = id === THREAD ? ChannelType.PublicThread : ChannelType.PrivateThread
  return Response.json({ id, type, guild_id: guildIds[0], parent_id: parentOfThreads })
}

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  sandbox = opened.use(await startSandbox({ guilds: 0 }))
  const made = { name: 'Harbour', count: GUILDS, channels: CHANNELS, roles: 20 }
  guildIds = (await sandbox.control<{ ids: string[] }>('POST', '/sandbox/guilds', made)).ids
  world = await sandbox.world()
  const database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  const directory = await mkdtemp(join(tmpdir(), 'trial-'))
  opened.defer(() => rm(directory, { recursive: true }))
  client = new Client({
    ...cacheOptions(),
    intents: requiredIntents({ messageContent: true }),
    rest: { api: sandbox.apiUrl, makeRequest: answerForThreads },
  })
  opened.defer(() => client.destroy())
  const features = opened.use(
    await startFeatures({
      features: [trial(directory)],
      client,
      database,
      shards: { ids: [0], total: 1 },
      processId: 0,
      clock: monotonicClock,
      log: createLog({ name: 'test', level: 'silent' }),
      metrics: createMetrics(),
    }),
  )
  const ready = new Promise(resolve => client.once(Events.ClientReady, resolve))
  await client.login(sandbox.token)
  await ready
  await features.register()
  scope = opened.move()
})

afterAll(() => scope?.disposeAsync())

const [owner, other] = [() => world.users[0]?.id ?? '', () => world.users[1]?.id ?? '']
const guildAt = (index: number) => {
  const guild = world.guilds.find(({ id }) => id === guildIds[index])
  if (!guild) throw new Error(`there is no guild ${index}`)
  return guild
}
const channelsOf = (index: number) =>
  guildAt(index).channels.filter(({ type }) => type === ChannelType.GuildText)
const channelOf = (index: number) => channelsOf(index)[0]?.id ?? ''

async function inWords(userId: string, channelId: string, how = `<@${world.application.botUserId}>`) {
  const before = calls.length
  await sandbox.write(channelId, userId, `${how} look`)
  return eventually('the words were heard', () => calls[before])
}

async function bySlash(userId: string, channelId: string) {
  const before = calls.length
  const asked = { userId, channelId, command: 'trial look' }
  await sandbox.control('POST', '/sandbox/interactions', asked)
  return eventually('the command was heard', () => calls[before])
}

/** What somebody may do, as words and slash commands alike tell. */
async function rightsOf(userId: string, index: number) {
  const told = (await inWords(userId, channelOf(index))).member
  expect((await bySlash(userId, channelOf(index))).member).toEqual(told)
  if (!told) throw new Error('nobody asked')
  const { isAdministrator, isManager, isModerator } = told
  return { isAdministrator, isManager, isModerator }
}

describe('without channels, names and foreign members in memory', () => {
  const nothing = { isAdministrator: false, isManager: false, isModerator: false }

  it('the owner may do all, and others what the roles they have allow at the moment', async () => {
    expect(await rightsOf(owner(), 0)).toEqual({ isAdministrator: true, isManager: true, isModerator: true })
    expect(await rightsOf(other(), 0)).toEqual(nothing)
    const roles = `/sandbox/guilds/${guildIds[0]}/roles`
    const known = (id: string) => client.guilds.cache.get(guildIds[0] ?? '')?.roles.cache.get(id)
    const wanted = {
      name: 'Crew',
      permissions: String(Permission.ModerateMembers),
      memberIds: [other()],
    }
    const { id } = await sandbox.control<{ id: string }>('POST', roles, wanted)
    await eventually('the role is known', () => known(id))
    expect(await rightsOf(other(), 0)).toEqual({ ...nothing, isModerator: true })

    await sandbox.control('POST', `${roles}/${id}`, { permissions: String(Permission.ManageChannels) })
    await eventually('the role has changed', () => known(id)?.permissions.has(Permission.ManageChannels))
    expect(await rightsOf(other(), 0)).toEqual({ ...nothing, isManager: true })

    await sandbox.control('POST', `${roles}/${id}`, { permissions: String(Permission.Administrator) })
    await eventually('the role has changed', () => known(id)?.permissions.has(Permission.Administrator))
    expect(await rightsOf(other(), 0)).toMatchObject({ isAdministrator: true })
    expect(await rightsOf(other(), 1)).toEqual(nothing)

    await sandbox.control('DELETE', `${roles}/${id}`)
    await eventually('the role is gone', () => !known(id))
    expect(await rightsOf(other(), 0)).toEqual(nothing)
  })

  it('a mention of the bot’s own role is for the bot', async () => {
    const botRole = client.guilds.cache.get(guildIds[0] ?? '')?.members.me?.roles.botRole
    expect((await inWords(owner(), channelOf(0), `<@&${botRole?.id}>`)).userId).toBe(BigInt(owner()))
  })

  it('whether all can see a channel is told as it is now, also of one that was just written in', async () => {
    const isOpen = (channelId: string) => isOpenToAllIn(client)(BigInt(guildIds[0] ?? ''), BigInt(channelId))
    const [channel, hidden] = channelsOf(0).map(({ id }) => id)
    if (!channel || !hidden) throw new Error('there are no channels')
    parentOfThreads = channel
    expect([await isOpen(channel), await isOpen(THREAD), await isOpen(PRIVATE_THREAD)]).toEqual([
      true,
      true,
      false,
    ])
    await sandbox.control('POST', `/sandbox/channels/${channel}/permissions`, { everyone: false })
    await sandbox.control('POST', `/sandbox/channels/${hidden}/permissions`, { view: false })
    await bySlash(owner(), channel)
    expect(await Promise.all([channel, THREAD, hidden].map(isOpen))).toEqual([false, false, false])
    expect(await isOpen(channelOf(1))).toBe(false)
  })

  it('the bot hears more channels than it remembers, and remembers no more than that', async () => {
    const channels = guildIds.flatMap((_, index) => channelsOf(index).map(({ id }) => id))
    expect(channels.length).toBeGreaterThan(RECENT_CHANNELS)
    const before = calls.length
    for (const channelId of channels) await sandbox.write(channelId, owner(), '<@&0> nothing')
    const first = channels[1] ?? ''
    expect((await inWords(owner(), first)).chat.channelId).toBe(BigInt(first))
    expect(calls.length).toBe(before + 1)
    expect(client.channels.cache.size).toBeLessThanOrEqual(RECENT_CHANNELS)
    const kept = client.guilds.cache.map(({ channels: own, members, emojis }) => [
      own.cache.size,
      members.cache.size,
      emojis.cache.size,
    ])
    expect(kept).toEqual(guildIds.map(() => [0, 2, 0]))
  })
})
