import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '@shardlight/database'
import { createLog, createMetrics, monotonicClock } from '@shardlight/service'
import { eventually, type Sandbox, type SandboxWorld, startSandbox, testDatabase } from '@shardlight/testing'
import { Client, Events, type REST, type ResponseLike, Routes } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command, Feature } from '../src/feature.ts'
import { cacheOptions, requiredIntents, startFeatures } from '../src/index.ts'

const TEXT_CHANNEL = 0

const command = (word: string, run: Command['run']): Command => ({
  name: `trial ${word}`,
  description: `Try ${word}`,
  text: { usage: word, read: words => (words === word ? {} : undefined) },
  run,
})

/** A feature whose commands go wrong, take long, and say what could ping. */
const trial = (migrations: string): Feature => ({
  name: 'trial',
  description: 'Commands for this test',
  migrations,
  start: async () => ({
    commands: [
      command('break', () => Promise.reject(new Error('the reactor is cold'))),
      command('wait', async () => {
        await sleep(3_500)
        return { content: 'worth it' }
      }),
      command('shout', async () => ({ content: '@everyone <@&1> come' })),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
})

let sandbox: Sandbox
let world: SandboxWorld
let database: Database
let metricsText: () => Promise<string>
let rest: REST
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  sandbox = opened.use(await startSandbox({ guilds: 2 }))
  world = await sandbox.world()
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  const directory = await mkdtemp(join(tmpdir(), 'trial-'))
  opened.defer(() => rm(directory, { recursive: true }))
  const client = new Client({
    ...cacheOptions(),
    intents: requiredIntents({ messageContent: false }),
    rest: { api: sandbox.apiUrl },
  })
  opened.defer(() => client.destroy())
  const metrics = createMetrics()
  metricsText = () => metrics.metrics()
  const features = opened.use(
    await startFeatures({
      features: [trial(directory)],
      client,
      database,
      shards: { ids: [0], total: 1 },
      processId: 0,
      clock: monotonicClock,
      log: createLog({ name: 'test', level: 'silent' }),
      metrics,
    }),
  )
  const ready = new Promise(resolve => client.once(Events.ClientReady, resolve))
  await client.login(sandbox.token)
  await ready
  await features.register()
  rest = client.rest
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

const user = () => world.users[0]?.id ?? ''
const channelOf = (guild: number): string =>
  world.guilds[guild]?.channels.find(one => one.type === TEXT_CHANNEL)?.id ?? ''

async function answerTo(channelId: string, content: string) {
  const asked = await sandbox.write(channelId, user(), `<@${world.application.botUserId}> ${content}`)
  return eventually(`an answer to ${content}`, async () => (await sandbox.messages(channelId, asked.id))[0])
}

type Interaction = { acknowledgedAfterMs: number | null; messages: { content: string }[] }

async function answerToSlash(name: string): Promise<Interaction> {
  const { id } = await sandbox.control<{ id: string }>('POST', '/sandbox/interactions', {
    userId: user(),
    channelId: channelOf(1),
    command: name,
  })
  return eventually(`an answer to /${name}`, async () => {
    const found = await sandbox.control<Interaction>('GET', `/sandbox/interactions/${id}`)
    return found.messages.some(message => message.content !== '') && found
  })
}

describe('a command of any feature', () => {
  it('is in the metrics before anybody used it, with each way to give it and each outcome', async () => {
    const metrics = await metricsText()
    for (const how of ['text', 'slash'])
      for (const outcome of ['done', 'refused', 'failed'])
        expect(metrics).toContain(
          `shardlight_commands_total{feature="trial",command="trial shout",how="${how}",outcome="${outcome}"} 0`,
        )
    expect(metrics).toContain('shardlight_command_answer_seconds_count{feature="trial",how="slash"} 0')
    expect(metrics).toContain('shardlight_commands_unanswered_total{how="text"} 0')
  })

  it('that fails is answered with an id, under which the reason is on record', async () => {
    const { content } = await answerTo(channelOf(0), 'break')
    const id = /went wrong on our side \(error (\d+)\)/.exec(content)?.[1]
    expect(await database.query('SELECT what, message FROM general_errors WHERE id = $1', [id])).toEqual([
      { what: 'trial break', message: 'the reactor is cold' },
    ])
    const slash = await answerToSlash('trial break')
    expect(slash.messages[0]?.content).toMatch(/went wrong on our side \(error \d+\)/)
    expect(await metricsText()).toContain(
      'shardlight_commands_total{feature="trial",command="trial break",how="slash",outcome="failed"} 1',
    )
  })

  it('that takes long is acknowledged before Discord gives up, and answered later', async () => {
    const slow = await answerToSlash('trial wait')
    expect(slow.acknowledgedAfterMs).not.toBeNull()
    expect(slow.messages[0]?.content).toBe('worth it')
  })

  it('is counted with how long its answer took, and apart where Discord did not take it', async () => {
    const counted = async (name: string) =>
      Number(
        (await metricsText())
          .split('\n')
          .find(line => line.startsWith(`${name} `))
          ?.split(' ')
          .at(-1),
      )
    const answers = 'shardlight_command_answer_seconds_count{feature="trial",how="text"}'
    const before = await counted(answers)
    await answerTo(channelOf(0), 'shout')
    await eventually('the answer is counted', async () => (await counted(answers)) === before + 1)
    const fault = { kind: 'rest-status', route: 'POST /channels/:id/messages', status: 400, times: 1 }
    await sandbox.control('POST', '/sandbox/faults', fault)
    await sandbox.write(channelOf(0), user(), `<@${world.application.botUserId}> shout`)
    const unanswered = 'shardlight_commands_unanswered_total{how="text"}'
    await eventually('the lost answer is counted', async () => (await counted(unanswered)) === 1)
    expect(await counted(answers)).toBe(before + 1)
  })

  it("is not counted as the bot's failure where it may not write", async () => {
    const permissions = `/sandbox/channels/${channelOf(0)}/permissions`
    const state = async () => ({
      unanswered: /^shardlight_commands_unanswered_total{how="text"} .*/m.exec(await metricsText())?.[0],
      errors: await database.query('SELECT FROM general_errors'),
    })
    const done = async () =>
      Number(/command="trial shout",how="text",outcome="done"} (\d+)/.exec(await metricsText())?.[1])
    const before = { ...(await state()), done: await done() }
    await sandbox.control('POST', permissions, { send: false })
    let refused = 0
    const onResponse = (_: unknown, { status }: ResponseLike) => {
      if (status === 403) refused += 1
    }
    rest.on('response', onResponse)
    await sandbox.write(channelOf(0), user(), `<@${world.application.botUserId}> shout`)
    await eventually('Discord has refused it', () => refused > 0)
    rest.off('response', onResponse)
    await sandbox.control('POST', permissions, {})
    // Its failure would have been told before this answer is there.
    await answerTo(channelOf(0), 'shout')
    expect(await done()).toBe(before.done + 2)
    expect(await state()).toEqual({ unanswered: before.unanswered, errors: before.errors })
  })

  it('pings nobody, whatever it says', async () => {
    expect(await answerTo(channelOf(0), 'shout')).toMatchObject({ mentions: [] })
  })

  it('is not run for unaddressed words, and unknown ones are answered, recorded and counted', async () => {
    await sandbox.write(channelOf(1), user(), 'break')
    const { content } = await answerTo(channelOf(1), 'dance')
    expect(content).toMatch(/I understand: \*\*break\*\*, \*\*wait\*\*, \*\*shout\*\*/)
    expect(await database.query('SELECT command, written FROM command_errors')).toEqual([
      { command: 'unknown', written: 'dance' },
    ])
    expect(await metricsText()).toContain(
      'shardlight_commands_total{feature="none",command="unknown",how="text",outcome="refused"} 1',
    )
  })

  it('of an older version gets an answer that says what to do', async () => {
    await rest.put(Routes.applicationCommands(world.application.id), {
      body: [{ type: 1, name: 'retired', description: 'A command of last year' }],
    })
    const { messages } = await answerToSlash('retired')
    expect(messages[0]?.content).toMatch(/I do not have this any more/)
  })
})
