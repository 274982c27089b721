import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import {
  drawTrace,
  eventually,
  type OtlpReceiver,
  type Program,
  type ReceivedSpan,
  runProgram,
  type Sandbox,
  type SandboxWorld,
  startOtlpReceiver,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const TEXT_CHANNEL = 0
/** In what people write and are called, and in what opens something. */
const SECRETS = ['zanzibar', 'Wilhelmina', 'Castle Greyskull', 'of-this-test-only']

/** A trace's spans come from two processes, each when it exports. */
const WITHIN = { timeout: 30_000, interval: 100 }

type Guild = SandboxWorld['guilds'][0]

let sandbox: Sandbox
let receiver: OtlpReceiver
let manager: Program
let managerUrl: string
let world: SandboxWorld
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  receiver = opened.use(await startOtlpReceiver())
  const { url: databaseUrl } = opened.use(await testDatabase())
  sandbox = opened.use(await startSandbox({ guilds: 1, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
  const folder = await mkdtemp(join(tmpdir(), 'tracing-'))
  opened.defer(() => rm(folder, { recursive: true }))
  const port = await findFreePort()
  managerUrl = `http://127.0.0.1:${port}`
  manager = opened.use(
    runProgram('apps/bot/src/manager.ts', {
      DISCORD_TOKEN: sandbox.token,
      DISCORD_API_URL: sandbox.apiUrl,
      DATABASE_URL: databaseUrl,
      TOTAL_SHARDS: '1',
      SHARDS_PER_PROCESS: '1',
      MANAGER_PORT: String(port),
      DATA_DIR: folder,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=of-this-test-only',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    }),
  )
  const isReady = async () => (await fetch(`${managerUrl}/readyz`)).ok
  await eventually('the bot is ready', isReady, { withinMs: 180_000 }).catch(cause => {
    throw new Error(manager.output().slice(-2_000), { cause })
  })
  world = await sandbox.world()
  scope = opened.move()
}, 240_000)
afterAll(() => scope?.disposeAsync())

async function newPlace(count = 1): Promise<{ people: string[]; channelId: string; write: Write }> {
  const people: string[] = []
  for (let at = 0; at < count; at++) {
    const user = await sandbox.control<{ id: string }>('POST', '/sandbox/users', { username: 'Wilhelmina' })
    people.push(user.id)
  }
  const guild = await sandbox.control<Guild>('POST', '/sandbox/guilds', {
    name: 'Castle Greyskull',
    memberIds: people,
  })
  const channelId = guild.channels.find(one => one.type === TEXT_CHANNEL)?.id ?? ''
  const write: Write = (words, by = people[0] ?? '') =>
    sandbox.write(channelId, by, `<@${world.application.botUserId}> ${words}`)
  return { people, channelId, write }
}

type Write = (words: string, by?: string) => Promise<unknown>

/** The first span that is so; what was received instead is told where there is none in time. */
async function spanThat(what: string, isSo: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
  try {
    return await eventually(what, () => receiver.spans().find(isSo), { withinMs: 60_000 })
  } catch (cause) {
    throw new Error(`${drawTrace(receiver.spans())}\n${manager.output().slice(-2_000)}`, { cause })
  }
}

const traceOf = (one: ReceivedSpan) => receiver.spans().filter(span => span.traceId === one.traceId)

/** The names of a trace's spans, and the processes that they are of, as a tree without times. */
const shapeOf = (one: ReceivedSpan): string[] =>
  drawTrace(traceOf(one), ['service.name'])
    .replaceAll(/ +[\d.]+ ms/g, '')
    .replaceAll('service.name=shardlight-', '')
    .split('\n')

const isLinkedTo = (span: ReceivedSpan, other: ReceivedSpan) =>
  span.links.some(link => link.traceId === other.traceId && link.spanId === other.spanId)

describe('with an OTLP back end', { timeout: 120_000 }, () => {
  it('a command is a trace, and what goes on after it another that is linked', async () => {
    const { channelId, people, write } = await newPlace()
    await write('count to 3')
    const counting = await spanThat('the count', span => span.name === 'countdown counting')
    const start = await spanThat('the command', span => span.name === 'countdown start')
    await expect
      .poll(() => shapeOf(start), WITHIN)
      .toEqual([
        'countdown start  shard-process',
        '├─ SELECT restraints  shard-process',
        '├─ transaction  shard-process',
        '│  └─ append UserActive  shard-process',
        '│     └─ SELECT append_events  shard-process',
        '└─ INSERT tasks  shard-process',
      ])
    expect(start.attributes).toMatchObject({
      'shardlight.command.how': 'text',
      'shardlight.command.outcome': 'done',
    })
    expect(isLinkedTo(counting, start)).toBe(true)
    // The number between the first and the last is like them.
    await expect
      .poll(() => shapeOf(counting), WITHIN)
      .toEqual([
        `countdown counting  ↝ ${start.spanId}  shard-process`,
        '├─ takeRequest  shard-process',
        '│  └─ takeRequest  manager',
        '├─ POST /channels/:id/messages  shard-process',
        '├─ takeRequest  shard-process',
        '│  └─ takeRequest  manager',
        '├─ POST /channels/:id/messages  shard-process',
        '└─ UPDATE tasks  shard-process',
      ])

    await sandbox.control('POST', '/sandbox/interactions', {
      userId: people[0],
      channelId,
      command: 'countdown status',
    })
    const status = await spanThat('the slash command', span => span.name === 'countdown status')
    expect(status.attributes).toMatchObject({ 'shardlight.command.how': 'slash' })
    const answer = traceOf(status).find(span => span.kind === 'client' && span.name.startsWith('POST'))
    expect(answer).toMatchObject({
      name: 'POST /interactions/:id/:token/callback',
      parentSpanId: status.spanId,
      attributes: { 'http.request.method': 'POST', 'http.response.status_code': 204 },
    })
  })

  it('a count that another process takes over is linked to the same command', async () => {
    const { write } = await newPlace()
    const before = receiver.spans().length
    await write('count to 3')
    const start = await spanThat('the command', span => isNew(span, before, 'countdown start'))
    const answer = await fetch(`${managerUrl}/processes`)
    const [shardProcess] = (await answer.json()) as { pid: number }[]
    process.kill(shardProcess?.pid ?? 0, 'SIGKILL')
    const counting = await spanThat('the rest of the count', span => isLinkedTo(span, start))
    expect(counting.resource['process.pid']).not.toBe(start.resource['process.pid'])
    expect(counting.attributes).toMatchObject({
      'shardlight.countdown.posted': 3,
      'shardlight.countdown.outcome': 'done',
    })
  })

  it('a vote that ended is linked to the command that opened it', async () => {
    const { channelId, people, write } = await newPlace(3)
    for (const person of people) await write('hello', person)
    const run = (command: string, options: object) =>
      sandbox.control('POST', '/sandbox/interactions', { userId: people[0], channelId, command, options })
    const opened = await eventually('all are active', async () => {
      await run('vote ask', { question: 'Is zanzibar near?', option1: 'zanzibar', option2: 'No' })
      return receiver.spans().find(span => span.name === 'append Vote')
    })
    await run('vote retract', { id: '1' })
    const result = await spanThat('the result', span => span.name === 'vote result')
    expect(result.links.map(link => link.traceId)).toContain(opened.traceId)
    await expect.poll(() => shapeOf(result).at(-1), WITHIN).toContain('PATCH /channels/:id/messages/:id')
  })

  it('a command whose answer is not taken is an error, of which the kind is told', async () => {
    const { write } = await newPlace()
    const fault = { kind: 'rest-status', route: 'POST /channels/:id/messages', status: 400, times: 1 }
    await sandbox.control('POST', '/sandbox/faults', fault)
    await write('zanzibar')
    const failed = await spanThat('the failure', span => span.name === 'unknown' && span.status === 'error')
    expect(failed).toMatchObject({ statusMessage: '', attributes: { 'error.type': expect.any(String) } })
    const request = traceOf(failed).find(span => span.name === 'POST /channels/:id/messages')
    expect(request).toMatchObject({ status: 'error', attributes: { 'error.type': '400' } })
  })

  it('nothing else is traced, and nobody is named', async () => {
    const { people, channelId, write } = await newPlace()
    const before = receiver.spans().length
    await write('count to zanzibar')
    await spanThat('the refusal', span => isNew(span, before, 'countdown start'))
    const roots = receiver.spans().filter(span => span.parentSpanId === undefined)
    expect([...new Set(roots.map(span => span.name))].toSorted()).toEqual([
      'countdown counting',
      'countdown start',
      'countdown status',
      'unknown',
      'vote ask',
      'vote result',
      'vote retract',
      'wait to identify',
    ])
    for (const { body, headers } of receiver.requests()) {
      expect(headers['x-api-key']).toBe('of-this-test-only')
      for (const word of [...SECRETS, sandbox.token, channelId, ...people])
        expect(body.includes(word), word).toBe(false)
    }
  })
})

const isNew = (span: ReceivedSpan, before: number, name: string) =>
  span.name === name && receiver.spans().indexOf(span) >= before
