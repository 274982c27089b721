import { type Database, openDatabase } from '@shardlight/database'
import {
  eventually,
  type Program,
  type Sandbox,
  type SandboxWorld,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBot } from './running-bot.ts'

const TEXT_CHANNEL = 0

let sandbox: Sandbox
let world: SandboxWorld
let database: Database
let databaseUrl: string
let bot: Program
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  databaseUrl = scratch.url
  sandbox = opened.use(await startSandbox({ guilds: 4 }))
  // Several bots log in during this file, sooner after each other than Discord likes.
  await sandbox.control('POST', '/sandbox/settings', { maxConcurrency: 16 })
  world = await sandbox.world()
  bot = await startBot({ sandbox, databaseUrl })
  opened.defer(() => bot[Symbol.asyncDispose]())
  database = opened.use(await openDatabase({ url: databaseUrl, applicationName: 'test' }))
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

const ada = () => world.users[0]?.id ?? ''
const mention = () => `<@${world.application.botUserId}>`

/** A guild of its own for each test, so that no rate limit and no countdown of another is in the way. */
async function newChannel(): Promise<string> {
  const made = await sandbox.control<{ id: string }>('POST', '/sandbox/guilds', {
    name: 'A place for one test',
    memberIds: world.users.map(user => user.id),
  })
  const guild = (await sandbox.world()).guilds.find(one => one.id === made.id)
  const channel = guild?.channels.find(one => one.type === TEXT_CHANNEL)
  if (!channel) throw new Error('the new guild has no text channel')
  return channel.id
}
const newDm = async (): Promise<string> => {
  const user = await sandbox.control<{ id: string }>('POST', '/sandbox/users', { username: 'Somebody' })
  const dm = await sandbox.control<{ id: string }>('POST', '/sandbox/dms', { userId: user.id })
  dmUsers.set(dm.id, user.id)
  return dm.id
}
const dmUsers = new Map<string, string>()

const say = (channelId: string, content: string) =>
  sandbox.write(channelId, dmUsers.get(channelId) ?? ada(), content)
const ours = async (channelId: string) =>
  (await sandbox.messages(channelId)).filter(message => message.authorId === world.application.botUserId)
const said = async (channelId: string) => (await ours(channelId)).map(message => message.content)
const saidOnce = (channelId: string, count: number) =>
  eventually(`${count} messages of the bot`, async () => {
    const all = await said(channelId)
    return all.length >= count && all
  })
const taskIn = async (channelId: string, command = 'start') =>
  (
    await database.query<{ state: string; posted: number; how: string; outcome: string | null }>(
      `SELECT state, posted, how, outcome FROM tasks WHERE channel_id = $1 AND command = $2
       ORDER BY state = 'refused', id DESC LIMIT 1`,
      [channelId, command],
    )
  )[0]
const ended = (channelId: string) =>
  eventually('the countdown ended', async () => {
    const task = await taskIn(channelId)
    return task && task.state !== 'running' && task
  })

type Interaction = { acknowledgedAfterMs: number | null; ephemeral: boolean; messages: { content: string }[] }

async function answered({ id }: { id: string }): Promise<Interaction> {
  return eventually('the interaction is answered', async () => {
    const found = await sandbox.control<Interaction>('GET', `/sandbox/interactions/${id}`)
    return found.messages.length > 0 && found
  })
}
const run = async (channelId: string, command: string, options: Record<string, number> = {}) =>
  answered(
    await sandbox.control<{ id: string }>('POST', '/sandbox/interactions', {
      userId: dmUsers.get(channelId) ?? ada(),
      channelId,
      command,
      options,
    }),
  )
const oneTo = (target: number) => Array.from({ length: target }, (_, index) => String(index + 1))

describe('somebody who writes', () => {
  it('gets one to five, a second apart, in two channels and a direct message at once', async () => {
    const chats = [await newChannel(), await newChannel(), await newDm()]
    await Promise.all([
      say(chats[0] ?? '', `${mention()} count to 5`),
      say(chats[1] ?? '', `<@!${world.application.botUserId}>   COUNT  to 5 `),
      say(chats[2] ?? '', 'count to 5'),
    ])
    for (const chat of chats) {
      expect(await ended(chat)).toMatchObject({ state: 'done', posted: 5, how: 'text' })
      const messages = await ours(chat)
      expect(messages.map(message => message.content)).toEqual(oneTo(5))
      const seconds = messages.map(({ sentAtMs }) =>
        Math.round((sentAtMs - (messages[0]?.sentAtMs ?? 0)) / 1_000),
      )
      expect(seconds).toEqual([0, 1, 2, 3, 4])
    }
  })

  it('stops it, sees how far it is, and can begin again', async () => {
    const chat = await newDm()
    await say(chat, `${mention()} count to 50`)
    await saidOnce(chat, 2)
    await say(chat, 'status')
    await say(chat, 'stop')
    const task = await ended(chat)
    expect(task).toMatchObject({ state: 'stopped' })
    await eventually('the answer', async () => (await said(chat)).includes(`Stopped at ${task.posted}.`))
    expect((await said(chat)).filter(content => /^\d+$/.test(content))).toEqual(oneTo(task.posted))
    expect((await said(chat)).find(content => content.includes(' of 50'))).toMatch(
      /^Counting to 50 here: \d of 50\.$/,
    )
    await say(chat, 'count to 1')
    await eventually('the second one is done', async () => {
      const second = await taskIn(chat)
      return second?.state === 'done' && second.posted === 1
    })
  })

  it('is told kindly that one is under way, and which', async () => {
    const chat = await newChannel()
    await say(chat, `${mention()} count to 30`)
    await saidOnce(chat, 1)
    await say(chat, `${mention()} count to 3`)
    const answer = await eventually('the answer', async () =>
      (await said(chat)).find(one => one.includes('already')),
    )
    expect(answer).toMatch(/^I am already counting to 30 here, and have got to \d+\. Write: stop$/)
    await say(chat, `${mention()} stop`)
    await ended(chat)
  })

  it.each([
    ['0', /There is nothing to count up to 0/],
    ['10000', /9999 at most/],
    ['-3', /only count upwards/],
    ['1.5', /whole numbers/],
    ['1e3', /is not a number that I can count to/],
    ['ten', /is not a number that I can count to/],
    ['', /How far shall I count\?/],
    ['٥', /only the digits 0 to 9.*write: count to 5/],
    ['@everyone', /is not a number/],
  ])('“count to %s” is answered with what to do, and recorded', async (given, sentence) => {
    const chat = await newChannel()
    await say(chat, `${mention()} count to ${given}`)
    const [answer] = await saidOnce(chat, 1)
    expect(answer).toMatch(sentence)
    expect(await taskIn(chat)).toMatchObject({ state: 'refused', outcome: answer })
    expect(
      await database.query('SELECT command, written, answer, how FROM command_errors WHERE channel_id = $1', [
        chat,
      ]),
    ).toEqual([{ command: 'countdown start', written: `count to ${given}`.trim(), answer, how: 'text' }])
  })

  it.each(['dance', ''])('is told what can be said after “%s”', async words => {
    const chat = await newChannel()
    await say(chat, `${mention()} ${words}`)
    const [answer] = await saidOnce(chat, 1)
    expect(answer).toMatch(/count to 5.*stop.*status/)
  })

  it('hears that there is nothing to stop', async () => {
    const chat = await newChannel()
    await say(chat, `${mention()} stop`)
    expect(await saidOnce(chat, 1)).toEqual(['I am not counting here, so there is nothing to stop.'])
  })

  it('is left alone when the message is for somebody else', async () => {
    const chat = await newChannel()
    await say(chat, 'count to 3')
    await say(chat, `${mention()} stop`)
    expect(await saidOnce(chat, 1)).toEqual(['I am not counting here, so there is nothing to stop.'])
  })
})

describe('somebody who uses slash commands', () => {
  it('starts, asks and stops, with answers that only they see, before Discord gives up', async () => {
    const chat = await newChannel()
    const started = await run(chat, 'countdown start', { to: 40 })
    expect(started).toMatchObject({ ephemeral: true, messages: [{ content: 'Counting to 40 here.' }] })
    expect(started.acknowledgedAfterMs).not.toBeNull()
    await saidOnce(chat, 1)
    expect((await run(chat, 'countdown status')).messages[0]?.content).toMatch(
      /Counting to 40 here: \d+ of 40/,
    )
    expect((await run(chat, 'countdown start', { to: 2 })).messages[0]?.content).toMatch(
      /already counting to 40/,
    )
    const stopped = await run(chat, 'countdown stop')
    const task = await ended(chat)
    expect(stopped).toMatchObject({ ephemeral: true, messages: [{ content: `Stopped at ${task.posted}.` }] })
    expect(await said(chat)).toEqual(oneTo(task.posted))
    expect(await taskIn(chat, 'status')).toMatchObject({ state: 'done', how: 'slash' })
  })

  it('stops with the button', async () => {
    const chat = await newDm()
    const started = await run(chat, 'countdown start', { to: 40 })
    await saidOnce(chat, 1)
    const pressed = await sandbox.control<{ id: string }>('POST', '/sandbox/components', {
      userId: dmUsers.get(chat),
      messageId: (started.messages[0] as unknown as { id: string }).id,
      customId: 'countdown:stop',
    })
    expect((await answered(pressed)).messages[0]?.content).toMatch(/^Stopped at \d+\.$/)
    expect(await ended(chat)).toMatchObject({ state: 'stopped' })
  })
})

describe('when Discord fails', () => {
  const fault = (body: Record<string, unknown>) => sandbox.control('POST', '/sandbox/faults', body)
  const posts = (chat: string) => `POST /channels/${chat}/messages`

  it('a countdown whose channel is deleted ends, with the reason on record', async () => {
    const chat = await newChannel()
    await say(chat, `${mention()} count to 30`)
    await saidOnce(chat, 2)
    await sandbox.control('DELETE', `/sandbox/channels/${chat}`)
    expect(await ended(chat)).toMatchObject({
      state: 'failed',
      outcome: expect.stringContaining('Unknown Channel'),
    })
    const recorded = await eventually('the error', async () => {
      const rows = await database.query('SELECT what, message FROM general_errors WHERE channel_id = $1', [
        chat,
      ])
      return rows.length > 0 && rows
    })
    expect(recorded).toMatchObject([{ message: expect.stringContaining('Unknown Channel') }])
  })

  it('a countdown whose channel is forbidden ends, with the reason on record', async () => {
    const chat = await newChannel()
    await say(chat, `${mention()} count to 30`)
    await saidOnce(chat, 2)
    await sandbox.control('POST', `/sandbox/channels/${chat}/permissions`, { send: false })
    expect(await ended(chat)).toMatchObject({ state: 'failed', outcome: expect.stringContaining('Missing') })
  })

  it('a number whose answer was lost is there once', async () => {
    const chat = await newChannel()
    await say(chat, `${mention()} count to 4`)
    await saidOnce(chat, 1)
    await fault({ kind: 'lose-response', route: posts(chat), times: 2 })
    expect(await ended(chat)).toMatchObject({ state: 'done' })
    expect(await said(chat)).toEqual(oneTo(4))
  })

  it('numbers that Discord refuses for a while come later, none missing, none in a burst', async () => {
    const chat = await newChannel()
    await say(chat, `${mention()} count to 5`)
    await saidOnce(chat, 1)
    // discord.js itself tries four times.
    await fault({ kind: 'rest-status', route: posts(chat), status: 503, times: 6 })
    expect(await ended(chat)).toMatchObject({ state: 'done' })
    const messages = await ours(chat)
    expect(messages.map(message => message.content)).toEqual(oneTo(5))
    const gaps = messages.slice(1).map(({ sentAtMs }, at) => sentAtMs - (messages[at]?.sentAtMs ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(700)
  })
})

describe('when the process', () => {
  it.each([
    ['is killed', 'SIGKILL'],
    ['is stopped', 'SIGTERM'],
  ] as const)('%s, its successor goes on at the next number: none missing, none twice', async (_, signal) => {
    const chats = [await newChannel(), await newDm()]
    for (const chat of chats) await say(chat, `${mention()} count to 8`)
    for (const chat of chats) await saidOnce(chat, 3)
    bot.child.kill(signal)
    await bot.exited
    bot = await startBot({ sandbox, databaseUrl })
    for (const chat of chats) {
      expect(await ended(chat)).toMatchObject({ state: 'done', posted: 8 })
      expect(await said(chat)).toEqual(oneTo(8))
    }
  })

  it('starts again, the commands are not registered again', async () => {
    const { writes } = (await sandbox.control<{ commands: { writes: number } }>('GET', '/sandbox/ledger'))
      .commands
    expect(writes).toBe(1)
  })
})
