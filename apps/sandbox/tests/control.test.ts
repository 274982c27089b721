import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@shardlight/testing'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ChatEvent, GuildView, MessageView, WorldView, WriteMessages } from '../src/control-api.ts'
import { loginBot, placeIn, type RunningSandbox, runSandbox } from './running.ts'

/** With headers that fetch would not let through. */
function ask(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/sandbox/world`, { headers }, answer => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject).end()
  })
}

describe('the control API', () => {
  test('answers loopback names only, and no foreign page', async () => {
    await using sandbox = await runSandbox()
    const { url, port } = sandbox
    expect(await ask(url, {})).toBe(200)
    expect(await ask(url, { host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200)
    expect(await ask(url, { host: `rebound.example:${port}` })).toBe(403)
    expect(await ask(url, { origin: 'https://evil.example' })).toBe(403)
    expect(await ask(url, { origin: 'null' })).toBe(403)
  })

  test('names the field that is wrong', async () => {
    await using sandbox = await runSandbox()
    const { general, guild } = placeIn(sandbox)
    const write = (body: unknown) => sandbox.control('POST', `/channels/${general.id}/messages`, body)
    await expect(write({ content: 'x' })).rejects.toThrow('400 {"error":"authorId: ')
    await expect(write({ authorId: '5', content: 'x' })).rejects.toThrow(
      '404 {"error":"authorId: there is no user 5"}',
    )
    await expect(sandbox.control('POST', '/settings', { maxConcurency: 2 })).rejects.toThrow(
      'maxConcurency: ',
    )
    await expect(sandbox.control('POST', '/guilds', { name: 'x', id: guild.id })).rejects.toThrow('id: ')
    await expect(sandbox.control('GET', '/nothing')).rejects.toThrow(
      '404 {"error":"there is no GET /sandbox/nothing"}',
    )
    const broken = await fetch(`${sandbox.url}/sandbox/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect([broken.status, await broken.json()]).toEqual([400, { error: 'body: is not JSON' }])
    const stranger = await sandbox.control<{ id: string }>('POST', '/users', { username: 'Stranger' })
    await expect(write({ authorId: stranger.id, content: 'x' })).rejects.toThrow(
      'authorId: Stranger is not in channel',
    )
  })

  test('starts with at least four people, two of them in every guild, and the same ids each time', async () => {
    await using sandbox = await runSandbox({ guilds: 8 })
    await using again = await runSandbox({ guilds: 8 })
    const world = await sandbox.control<WorldView>('GET', '/world')
    expect(world).toEqual(await again.control<WorldView>('GET', '/world'))
    expect(world.users.length).toBeGreaterThanOrEqual(4)
    const everywhere = world.users.filter(({ id }) =>
      world.guilds.every(guild => guild.memberIds.includes(id)),
    )
    expect(everywhere).toHaveLength(2)
    const shards = world.guilds.map(({ id }) => Number((BigInt(id) >> 22n) % 8n))
    expect(new Set(shards).size).toBe(8)
    for (const { channels } of world.guilds)
      expect(channels.map(({ name, type }) => `${name} ${type}`)).toEqual([
        'general 0',
        'playground 0',
        'Voice 2',
      ])
  })

  test('creates many guilds at once, on shard after shard', async () => {
    await using sandbox = await runSandbox({ guilds: 0 })
    const { ids } = await sandbox.control<{ ids: string[] }>('POST', '/guilds', { name: 'Many', count: 100 })
    const keys = ids.map(id => Number(BigInt(id) >> 22n))
    expect(keys.every((key, index) => index === 0 || key === (keys[index - 1] ?? 0) + 1)).toBe(true)
    const one = await sandbox.control<GuildView>('POST', '/guilds', {
      name: 'One',
      id: '1161574221348863930',
    })
    expect(one.id).toBe('1161574221348863930')
  })

  test('furnishes guilds with channels, roles, emojis and stickers, and keeps them in its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const file = join(folder, 'world.json')
    const wanted = { name: 'Harbour', count: 2, channels: 30, roles: 20 }
    const look = async (sandbox: RunningSandbox, id = '') => {
      const client = await loginBot(sandbox)
      const guild = client.guilds.cache.get(id)
      const channels = guild?.channels.cache.map(channel => channel.toJSON())
      const roles = guild?.roles.cache.map(role => [role.name, role.permissions.bitfield])
      const { emojis, stickers, members } = guild ?? {}
      const botRole = members?.me?.roles.botRole
      await client.destroy()
      return {
        channels,
        roles,
        emojis: emojis?.cache.size,
        stickers: stickers?.cache.size,
        botRole: botRole?.name,
      }
    }
    let ids: string[]
    let before: Awaited<ReturnType<typeof look>>
    {
      await using sandbox = await runSandbox({ guilds: 0, file })
      ids = (await sandbox.control<{ ids: string[] }>('POST', '/guilds', wanted)).ids
      before = await look(sandbox, ids[1])
    }
    expect(before).toMatchObject({ emojis: 20, stickers: 3, botRole: 'Shardlight' })
    expect([before.channels?.length, before.roles?.length]).toEqual([30, 21])
    await using sandbox = await runSandbox({ guilds: 0, file })
    expect(await look(sandbox, ids[1])).toEqual(before)
    await rm(folder, { recursive: true })
  })

  test('makes, changes and takes away roles, which commands then tell of their members', async () => {
    await using sandbox = await runSandbox()
    const { ada, grace, guild, general } = placeIn(sandbox)
    await using client = await loginBot(sandbox)
    await client.application.commands.create({ name: 'ping', description: 'Ping' })
    const mayManage = async (userId: string) => {
      const heard = new Promise<boolean | undefined>(resolve =>
        client.once('interactionCreate', ({ memberPermissions }) =>
          resolve(memberPermissions?.has('ManageGuild')),
        ),
      )
      await sandbox.control('POST', '/interactions', { userId, channelId: general.id, command: 'ping' })
      return heard
    }
    const roles = `/guilds/${guild.id}/roles`
    const crew = { name: 'Crew', permissions: '32', memberIds: [grace.id] }
    expect([await mayManage(ada.id), await mayManage(grace.id)]).toEqual([true, false])
    const { id } = await sandbox.control<{ id: string }>('POST', roles, crew)
    expect(await mayManage(grace.id)).toBe(true)
    await eventually('the role is known', () => client.guilds.cache.get(guild.id)?.roles.cache.has(id))
    await sandbox.control('POST', `${roles}/${id}`, { permissions: '0' })
    expect(await mayManage(grace.id)).toBe(false)
    await sandbox.control('DELETE', `${roles}/${id}`)
    await eventually('the role is gone', () => !client.guilds.cache.get(guild.id)?.roles.cache.has(id))
    await expect(sandbox.control('DELETE', `${roles}/${id}`)).rejects.toThrow('404 {"error":"roleId: ')
    const stranger = await sandbox.control<{ id: string }>('POST', '/users', { username: 'Stranger' })
    await expect(sandbox.control('POST', roles, { ...crew, memberIds: [stranger.id] })).rejects.toThrow(
      'memberIds: ',
    )
  })

  test('lets users join and leave guilds, where they see and write only as members', async () => {
    await using sandbox = await runSandbox()
    const { guild, general } = placeIn(sandbox)
    const { id: userId } = await sandbox.control<{ id: string }>('POST', '/users', { username: 'Newcomer' })
    const write = () =>
      sandbox.control('POST', `/channels/${general.id}/messages`, { authorId: userId, content: 'x' })
    const seen = async () =>
      (await sandbox.control<WorldView>('GET', `/world?userId=${userId}`)).guilds.length
    await sandbox.control('POST', `/guilds/${guild.id}/members`, { userId })
    await write()
    expect(await seen()).toBe(1)
    await sandbox.control('DELETE', `/guilds/${guild.id}/members/${userId}`)
    await expect(write()).rejects.toThrow('authorId: ')
    expect(await seen()).toBe(0)
  })

  test('writes many messages at once, in their order, or none of them', async () => {
    await using sandbox = await runSandbox()
    const { ada, general } = placeIn(sandbox)
    const write = (contents: string[], authorId = ada.id) =>
      sandbox.control<{ ids: string[] }>('POST', '/messages', {
        messages: [
          ...contents.map(content => ({ channelId: general.id, authorId: ada.id, content })),
          { channelId: general.id, authorId, content: 'last' },
        ],
      } satisfies WriteMessages)
    const path = `/channels/${general.id}/messages`
    const written = () => sandbox.control<MessageView[]>('GET', path)
    await expect(write(['1', '2'], '5')).rejects.toThrow(
      '404 {"error":"messages.2.authorId: there is no user 5"}',
    )
    expect(await written()).toEqual([])
    const { ids } = await write(['1', '2'])
    expect((await written()).map(({ id, content }) => ({ id, content }))).toEqual(
      ['1', '2', 'last'].map((content, index) => ({ id: ids[index], content })),
    )
  })

  test('pages through a channel, oldest first', async () => {
    await using sandbox = await runSandbox()
    const { ada, general } = placeIn(sandbox)
    const path = `/channels/${general.id}/messages`
    for (const content of ['1', '2', '3']) await sandbox.control('POST', path, { authorId: ada.id, content })
    const [first, second] = await sandbox.control<MessageView[]>('GET', `${path}?limit=2`)
    expect([first?.content, second?.content]).toEqual(['2', '3'])
    const after = await sandbox.control<MessageView[]>('GET', `${path}?after=${first?.id}&limit=1`)
    expect(after.map(({ content }) => content)).toEqual(['3'])
  })
})

describe('the world', () => {
  test('survives a restart when it has a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const file = join(directory, 'deep', 'world.json')
    try {
      let before: WorldView
      {
        await using sandbox = await runSandbox({ file })
        await using bot = await loginBot(sandbox)
        await bot.application.commands.set([{ name: 'kept', description: 'Kept' }])
        const { ada, general } = placeIn(sandbox)
        const { id } = await sandbox.control<{ id: string }>('POST', `/channels/${general.id}/messages`, {
          authorId: ada.id,
          content: 'remember me',
        })
        await sandbox.control('POST', '/reactions', { userId: ada.id, messageId: id, emoji: '👍' })
        await sandbox.control('POST', '/users', { username: 'Newcomer' })
        before = await sandbox.control<WorldView>('GET', '/world')
      }
      await using sandbox = await runSandbox({ file })
      const after = await sandbox.control<WorldView>('GET', '/world')
      expect({ ...after, dms: after.dms.length }).toEqual({ ...before, dms: before.dms.length })
      const messages = await sandbox.control<MessageView[]>(
        'GET',
        `/channels/${placeIn(sandbox).general.id}/messages`,
      )
      expect(messages).toMatchObject([{ content: 'remember me', reactions: [{ emoji: '👍', count: 1 }] }])
      expect(await sandbox.control('GET', '/commands')).toMatchObject([{ name: 'kept' }])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('is not overwritten when its file holds something else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const file = join(directory, 'world.json')
    try {
      await writeFile(file, '{"version": 2}')
      await expect(runSandbox({ file })).rejects.toThrow(`${file} does not hold a world of the sandbox`)
      expect(await readFile(file, 'utf8')).toBe('{"version": 2}')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('the live feed of the chat', () => {
  function watch({ url }: RunningSandbox, userId: string) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/sandbox/chat/events?userId=${userId}`)
    const events: ChatEvent[] = []
    socket.on('message', (raw: Buffer) => events.push(JSON.parse(raw.toString())))
    return {
      events,
      event: <Type extends ChatEvent['type']>(type: Type) =>
        eventually(`a ${type} came`, () =>
          events.find((event): event is Extract<ChatEvent, { type: Type }> => event.type === type),
        ),
      [Symbol.dispose]: () => socket.terminate(),
    }
  }

  test('tells each user what happens where they are, and nothing of the others', async () => {
    await using sandbox = await runSandbox()
    const { ada, grace, dm, general, guild, voice } = placeIn(sandbox)
    using toAda = watch(sandbox, ada.id)
    using toGrace = watch(sandbox, grace.id)
    await toAda.event('bot')
    await toGrace.event('bot')
    await using bot = await loginBot(sandbox)
    await eventually('the bot is shown online', () =>
      toAda.events.some(event => event.type === 'bot' && event.online && event.shards.length === 1),
    )
    await sandbox.control('POST', `/channels/${dm.id}/messages`, { authorId: ada.id, content: 'private' })
    expect((await toAda.event('message')).message).toMatchObject({ content: 'private', authorName: 'Ada' })
    await sandbox.control('POST', '/voice', { userId: ada.id, guildId: guild.id, channelId: voice.id })
    await toGrace.event('voice')
    await bot.application.commands.set([{ name: 'new', description: 'New' }])
    expect(
      await eventually('the command is shown', () =>
        toGrace.events.some(event => event.type === 'commands' && event.commands.length === 1),
      ),
    ).toBe(true)
    const channel = await bot.channels.fetch(general.id)
    if (!channel?.isSendable()) throw new Error('not a channel to write in')
    await channel.sendTyping()
    expect(await toGrace.event('typing')).toMatchObject({ username: 'Shardlight', channelId: general.id })
    const sent = await channel.send('to all')
    await sent.edit('to everybody')
    await toGrace.event('message-update')
    await sent.delete()
    await toGrace.event('message-delete')
    await sandbox.control('DELETE', `/channels/${general.id}`)
    await toGrace.event('channel-delete')
    await sandbox.control('DELETE', `/guilds/${guild.id}`)
    await toGrace.event('guild-delete')
    const ofGrace = toGrace.events.flatMap(event => (event.type === 'message' ? event.message.content : []))
    expect(ofGrace).toEqual(['to all'])
  })

  test('shows interactions to the user who ran them alone', async () => {
    await using sandbox = await runSandbox({ rules: { interactionDeadlineMs: 100 } })
    await using bot = await loginBot(sandbox)
    await bot.application.commands.set([{ name: 'slow', description: 'Slow' }])
    const { ada, grace, general } = placeIn(sandbox)
    using toAda = watch(sandbox, ada.id)
    using toGrace = watch(sandbox, grace.id)
    await toAda.event('commands')
    await toGrace.event('commands')
    await sandbox.control('POST', '/interactions', { userId: ada.id, channelId: general.id, command: 'slow' })
    const statuses = await eventually('it has failed', () => {
      const seen = toAda.events.flatMap(event => (event.type === 'interaction' ? event.status : []))
      return seen.length === 2 && seen
    })
    expect(statuses).toEqual(['pending', 'failed'])
    expect(toGrace.events.some(({ type }) => type === 'interaction')).toBe(false)
  })
})
