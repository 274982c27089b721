import { eventually } from '@shardlight/testing'
import { Events, GatewayIntentBits, type Message } from 'discord.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerView, MessageView } from '../src/control-api.ts'
import { loginBot, placeIn, type RunningSandbox, runSandbox } from './running.ts'

let sandbox: RunningSandbox
beforeEach(async () => {
  sandbox = await runSandbox({ guilds: 4 })
  await sandbox.control('POST', '/settings', { maxConcurrency: 4 })
})
afterEach(() => sandbox[Symbol.asyncDispose]())

const write = (content: string, channelId = placeIn(sandbox).general.id) =>
  sandbox.control<MessageView>('POST', `/channels/${channelId}/messages`, {
    authorId: placeIn(sandbox).ada.id,
    content,
  })
const messagesIn = (channelId: string) =>
  sandbox.control<MessageView[]>('GET', `/channels/${channelId}/messages`)
const ledger = () => sandbox.control<LedgerView>('GET', '/ledger')

describe('discord.js, unmodified', () => {
  test('logs in with several shards and has all guilds', async () => {
    await using bot = await loginBot(sandbox, { shards: [0, 1, 2, 3], shardCount: 4 })
    expect(bot.guilds.cache.size).toBe(4)
    expect(new Set(bot.guilds.cache.map(guild => guild.shardId))).toEqual(new Set([0, 1, 2, 3]))
    expect(await ledger()).toMatchObject({ identifies: { total: 4, tooEarly: 0 } })
  })

  test('answers a mention and a DM', async () => {
    await using bot = await loginBot(sandbox)
    bot.on(Events.MessageCreate, async message => {
      if (!message.author.bot) await message.reply(`you said: ${message.content}`)
    })
    const { general, dm, ada } = placeIn(sandbox)
    const asked = await write(`<@${bot.user.id}> hello`)
    await write('hello in private', dm.id)
    const inGuild = await eventually('the bot answers', async () => (await messagesIn(general.id))[1])
    const inDm = await eventually('the bot answers', async () => (await messagesIn(dm.id))[1])
    expect(inGuild).toMatchObject({ bot: true, replyToId: asked.id, mentions: [bot.user.id, ada.id] })
    expect(inDm.content).toBe('you said: hello in private')
  })

  test('sends attachments, which the sandbox serves', async () => {
    await using bot = await loginBot(sandbox)
    const channel = await bot.channels.fetch(placeIn(sandbox).general.id)
    if (!channel?.isSendable()) throw new Error('not a channel to write in')
    const sent = await channel.send({
      content: 'a file',
      files: [{ attachment: Buffer.from('what is in it'), name: 'note.txt', description: 'a note' }],
    })
    const [file] = [...sent.attachments.values()]
    expect(file).toMatchObject({ name: 'note.txt', size: 13, description: 'a note' })
    expect(await (await fetch(file?.url ?? '')).text()).toBe('what is in it')
  })

  test('sees edits, deletions, reactions, voice, new guilds and gone channels as they happen', async () => {
    await using bot = await loginBot(sandbox)
    const seen: string[] = []
    bot.on(Events.MessageDelete, () => seen.push('messageDelete'))
    bot.on(Events.MessageReactionAdd, () => seen.push('messageReactionAdd'))
    bot.on(Events.MessageReactionRemove, () => seen.push('messageReactionRemove'))
    bot.on(Events.VoiceStateUpdate, () => seen.push('voiceStateUpdate'))
    bot.on(Events.GuildCreate, () => seen.push('guildCreate'))
    bot.on(Events.GuildDelete, () => seen.push('guildDelete'))
    bot.on(Events.ChannelUpdate, () => seen.push('channelUpdate'))
    bot.on(Events.ChannelDelete, () => seen.push('channelDelete'))
    const { ada, guild, general, second, voice } = placeIn(sandbox)
    const { id } = await write('something')
    const reaction = { userId: ada.id, messageId: id, emoji: '👍' }
    await sandbox.control('POST', '/reactions', reaction)
    await sandbox.control('POST', '/reactions', { ...reaction, remove: true })
    await sandbox.control('DELETE', `/messages/${id}`)
    await sandbox.control('POST', '/voice', { userId: ada.id, guildId: guild.id, channelId: voice.id })
    const made = await sandbox.control<{ id: string }>('POST', '/guilds', { name: 'New' })
    await eventually('the guild is there', () => bot.guilds.cache.has(made.id))
    await sandbox.control('DELETE', `/guilds/${made.id}`)
    await sandbox.control('POST', `/channels/${general.id}/permissions`, { send: false })
    await sandbox.control('DELETE', `/channels/${second.id}`)
    await eventually('all came', () => seen.length === 8)
    expect(seen).toEqual([
      'messageReactionAdd',
      'messageReactionRemove',
      'messageDelete',
      'voiceStateUpdate',
      'guildCreate',
      'guildDelete',
      'channelUpdate',
      'channelDelete',
    ])
    expect(bot.guilds.cache.get(guild.id)?.voiceStates.cache.get(ada.id)?.channelId).toBe(voice.id)
  })

  test('waits for its bucket by the headers, so that eight messages draw no 429', async () => {
    await using bot = await loginBot(sandbox)
    const channel = await bot.channels.fetch(placeIn(sandbox).general.id)
    if (!channel?.isSendable()) throw new Error('not a channel to write in')
    await Promise.all(Array.from({ length: 8 }, (_, index) => channel.send(`message ${index}`)))
    expect((await ledger()).rest.byStatus['429']).toBeUndefined()
    expect(await messagesIn(channel.id)).toHaveLength(8)
  })

  test('fetches members by the gateway when it was given the intent', async () => {
    await using bot = await loginBot(sandbox, {
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
    })
    const { guild } = placeIn(sandbox)
    const members = await bot.guilds.cache.get(guild.id)?.members.fetch()
    expect(members?.size).toBe(guild.memberIds.size + 1)
  })
})

describe('faults of the gateway', () => {
  /** Every message that reaches the bot, while the fault strikes between the second and the third. */
  async function contentsAround(
    fault: Record<string, unknown>,
  ): Promise<{ contents: string[]; ledger: LedgerView }> {
    await using bot = await loginBot(sandbox, { shards: [0], shardCount: 1, ws: {} })
    const contents: string[] = []
    const note = (message: Message) => contents.push(message.content)
    bot.on(Events.MessageCreate, note)
    const { dm } = placeIn(sandbox)
    await write('one', dm.id)
    await write('two', dm.id)
    await eventually('the first two came', () => contents.length === 2)
    await sandbox.control('POST', '/faults', fault)
    await write('three', dm.id)
    await eventually('the third came', () => contents.includes('three'))
    await write('four', dm.id)
    await eventually('the fourth came', () => contents.includes('four'))
    return { contents, ledger: await ledger() }
  }

  test.each([
    ['gateway-close', { kind: 'gateway-close', shardId: 0, code: 4000 }],
    ['reconnect', { kind: 'reconnect', shardId: 0 }],
    ['invalid-session that is resumable', { kind: 'invalid-session', shardId: 0, resumable: true }],
  ])('%s: the bot resumes and misses nothing', async (_, fault) => {
    const { contents, ledger } = await contentsAround(fault)
    expect(contents).toEqual(['one', 'two', 'three', 'four'])
    expect(ledger).toMatchObject({ resumes: 1, missed: 0, identifies: { total: 1 } })
  })

  test('invalid-session that is not resumable: the bot identifies anew', async () => {
    await using bot = await loginBot(sandbox)
    await sandbox.control('POST', '/faults', { kind: 'invalid-session', shardId: 0 })
    await eventually('a second IDENTIFY', async () => (await ledger()).identifies.total === 2)
    await eventually('it is back', () => bot.ws.shards.first()?.status === 0)
    expect(await ledger()).toMatchObject({ resumes: 0 })
  })

  test('zombie: without ACKs the bot closes, resumes, and gets what it had missed', async () => {
    await using quick = await runSandbox({ rules: { heartbeatIntervalMs: 1_000 } })
    await using bot = await loginBot(quick)
    const contents: string[] = []
    bot.on(Events.MessageCreate, message => contents.push(message.content))
    await quick.control('POST', '/faults', { kind: 'zombie', shardId: 0 })
    const { ada, dm } = placeIn(quick)
    await quick.control('POST', `/channels/${dm.id}/messages`, { authorId: ada.id, content: 'to a zombie' })
    await eventually('it came', () => contents.length === 1)
    expect(await quick.control('GET', '/ledger')).toMatchObject({ resumes: 1, missed: 0 })
  })

  test('a fault for a shard that is not there says so', async () => {
    const fault = sandbox.control('POST', '/faults', { kind: 'reconnect', shardId: 7 })
    await expect(fault).rejects.toThrow('404 {"error":"shardId: shard 7 has no connected session"}')
  })
})
