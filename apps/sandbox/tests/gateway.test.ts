import { eventually } from '@shardlight/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerView } from '../src/control-api.ts'
import { connect } from './gateway-client.ts'
import { placeIn, type RunningSandbox, runSandbox } from './running.ts'

let sandbox: RunningSandbox
beforeEach(async () => {
  sandbox = await runSandbox({ guilds: 4 })
})
afterEach(() => sandbox[Symbol.asyncDispose]())

const write = (content: string, channelId = placeIn(sandbox).general.id) =>
  sandbox.control<{ id: string }>('POST', `/channels/${channelId}/messages`, {
    authorId: placeIn(sandbox).ada.id,
    content,
  })

describe('close codes', () => {
  test.each([
    ['4012 for another version', '?v=9&encoding=json', () => {}, 4012],
    ['4002 for an encoding it does not speak', '?v=10&encoding=etf', () => {}, 4002],
  ])('%s', async (_, query, __, code) => {
    await using client = connect(sandbox, { query })
    expect(await client.closed).toBe(code)
  })

  test.each<[string, (client: ReturnType<typeof connect>) => void, number]>([
    ['4001 for an unknown opcode', client => client.send(99, {}), 4001],
    ['4002 for what is not JSON', client => client.sendText('{'), 4002],
    ['4002 for a payload of more than 4,096 bytes', client => client.send(1, 'x'.repeat(4_100)), 4002],
    ['4003 for speaking before IDENTIFY', client => client.send(3, {}), 4003],
    ['4004 for a wrong token', client => client.identify([0, 1], 1, 'wrong'), 4004],
    ['4010 for a shard that cannot be', client => client.identify([2, 2]), 4010],
    ['4013 for intents that do not exist', client => client.identify([0, 1], 1 << 30), 4013],
  ])('%s', async (_, act, code) => {
    await using client = connect(sandbox)
    act(client)
    expect(await client.closed).toBe(code)
  })

  test('4005 for a second IDENTIFY', async () => {
    await using client = connect(sandbox)
    client.identify()
    await client.event('READY')
    client.identify()
    expect(await client.closed).toBe(4005)
  })

  test('4008 for the 121st payload within a minute', async () => {
    await using client = connect(sandbox)
    for (let sent = 0; sent < 120; sent++) client.send(1, null)
    client.send(1, null)
    expect(await client.closed).toBe(4008)
    expect(client.frames.filter(({ op }) => op === 11)).toHaveLength(120)
  })

  test('4014 for a privileged intent that the bot was not given', async () => {
    await sandbox.control('POST', '/settings', { privilegedIntents: [] })
    await using client = connect(sandbox)
    client.identify([0, 1], 1 << 15)
    expect(await client.closed).toBe(4014)
  })

  test('4007 for a RESUME from the future, which ends the session', async () => {
    await using first = connect(sandbox)
    first.identify()
    const ready = await first.event('READY')
    await first.close(4000)
    await using second = connect(sandbox)
    second.resume(ready.d['session_id'], 1_000)
    expect(await second.closed).toBe(4007)
    await using third = connect(sandbox)
    third.resume(ready.d['session_id'], 1)
    expect((await third.frame(({ op }) => op === 9)).d).toBe(false)
  })

  test('4011 when a shard would have more than 2,500 guilds', async () => {
    await sandbox.control('POST', '/guilds', { name: 'Many', count: 2_500 })
    await using client = connect(sandbox)
    client.identify([0, 1])
    expect(await client.closed).toBe(4011)
    await using halved = connect(sandbox)
    halved.identify([0, 2])
    expect((await halved.event('READY')).d['guilds']).toHaveLength(1_252)
  })

  test('4009 for a client that sends no heartbeats', async () => {
    await using quick = await runSandbox({ rules: { heartbeatIntervalMs: 60 } })
    await using client = connect(quick)
    client.identify()
    expect(await client.closed).toBe(4009)
  })
})

test('HELLO tells the interval of today, and a connection keeps to what it was told', async () => {
  await using before = connect(sandbox)
  await before.frame(({ op }) => op === 10)
  await sandbox.control('POST', '/settings', { heartbeatIntervalMs: 60 })
  await using client = connect(sandbox)
  expect((await client.frame(({ op }) => op === 10)).d['heartbeat_interval']).toBe(60)
  before.send(1, null)
  expect(await client.closed).toBe(4009)
  before.identify()
  await before.event('READY')
})

describe('IDENTIFY', () => {
  test('is answered with op 9 when another of its bucket was sent within the window', async () => {
    await using strict = await runSandbox({ rules: { identifyWindowMs: 60_000 } })
    await strict.control('POST', '/settings', { maxConcurrency: 2 })
    await using first = connect(strict)
    await using second = connect(strict)
    await using third = connect(strict)
    first.identify([0, 4])
    await first.event('READY')
    second.identify([1, 4])
    await second.event('READY')
    third.identify([2, 4])
    expect((await third.frame(({ op }) => op === 9)).d).toBe(false)
    const { identifies } = await strict.control<{ identifies: unknown }>('GET', '/ledger')
    expect(identifies).toEqual({ total: 3, tooEarly: 1, byShard: { 0: 1, 1: 1, 2: 1 } })
  })

  test('keeps to the window and the end of the day that the settings say', async () => {
    await using strict = await runSandbox({ rules: { identifyWindowMs: 60_000 } })
    const identify = async () => {
      await using client = connect(strict)
      client.identify()
      return (await client.frame(({ op, t }) => op === 9 || t === 'READY')).op
    }
    expect([await identify(), await identify()]).toEqual([0, 9])
    await strict.control('POST', '/settings', { identifyWindowMs: 0 })
    expect(await identify()).toBe(0)

    const remaining = async () =>
      (await strict.rest('GET', '/gateway/bot')).body as { session_start_limit: { remaining: number } }
    expect((await remaining()).session_start_limit.remaining).toBe(997)
    await strict.control('POST', '/settings', { identifyBudgetResetMs: 50 })
    await eventually('the budget is whole', async () => {
      return (await remaining()).session_start_limit.remaining === 1_000
    })
  })

  test('costs the token once the daily budget is spent', async () => {
    await sandbox.control('POST', '/settings', { identifyBudget: 1 })
    await using first = connect(sandbox)
    first.identify()
    await first.event('READY')
    const { body } = await sandbox.rest('GET', '/gateway/bot')
    expect(body).toMatchObject({ session_start_limit: { total: 1, remaining: 0 } })
    await using second = connect(sandbox)
    second.identify()
    expect(await second.closed).toBe(4004)
    expect(await first.closed).toBe(4004)
    expect((await sandbox.rest('GET', '/users/@me')).status).toBe(401)
    await sandbox.control('POST', '/settings', { identifyBudget: 10 })
    expect((await sandbox.rest('GET', '/users/@me')).status).toBe(200)
  })
})

describe('shards', () => {
  test('get the guilds whose id falls on them, and their events alone; DMs come to shard 0', async () => {
    await sandbox.control('POST', '/settings', { maxConcurrency: 2 })
    await using zero = connect(sandbox)
    await using one = connect(sandbox)
    zero.identify([0, 2])
    one.identify([1, 2])
    const [readyZero, readyOne] = [await zero.event('READY'), await one.event('READY')]
    const idsOf = (ready: typeof readyZero) => (ready.d['guilds'] as { id: string }[]).map(({ id }) => id)
    for (const id of idsOf(readyZero)) expect((BigInt(id) >> 22n) % 2n).toBe(0n)
    for (const id of idsOf(readyOne)) expect((BigInt(id) >> 22n) % 2n).toBe(1n)
    expect(idsOf(readyZero)).toHaveLength(2)
    expect(idsOf(readyOne)).toHaveLength(2)

    const guilds = [...sandbox.core.world.guilds.values()]
    const onOne = guilds.find(({ shardKey }) => shardKey % 2 === 1)
    await write('in a guild of shard 1', onOne?.channels[0]?.id)
    await write('in a DM', placeIn(sandbox).dm.id)
    expect((await one.event('MESSAGE_CREATE')).d).toMatchObject({ guild_id: onOne?.id })
    expect((await zero.event('MESSAGE_CREATE')).d).toMatchObject({ content: 'in a DM', channel_type: 1 })
    expect(one.frames.filter(({ t }) => t === 'MESSAGE_CREATE')).toHaveLength(1)
    expect(zero.frames.filter(({ t }) => t === 'MESSAGE_CREATE')).toHaveLength(1)
  })

  test('with two sessions get every event twice, and the ledger counts for how long', async () => {
    await using first = connect(sandbox)
    first.identify()
    await first.event('READY')
    await using second = connect(sandbox)
    second.identify()
    await second.event('READY')
    await write('for both')
    await Promise.all([first.event('MESSAGE_CREATE'), second.event('MESSAGE_CREATE')])
    await second.close(1000)
    const ledger = await eventually('one session is left', async () => {
      const seen = await sandbox.control<LedgerView>('GET', '/ledger')
      return seen.sessions.length === 1 && seen
    })
    expect(ledger.doubleSessionMs).toBeGreaterThan(0)
    expect(ledger.doubled).toBe(1)
    const later = await sandbox.control<LedgerView>('GET', '/ledger')
    expect(later.doubleSessionMs).toBe(ledger.doubleSessionMs)
  })

  test('of two counts are connected side by side while a bot reshards, and are not doubles of each other', async () => {
    const { core } = sandbox
    const shardKey = core.world.guilds.get(placeIn(sandbox).guild.id)?.shardKey ?? 0
    await using old = connect(sandbox)
    old.identify([shardKey % 2, 2])
    await old.event('READY')
    await write('for the old one')
    await using young = connect(sandbox)
    young.identify([shardKey % 4, 4])
    await young.event('READY')
    await write('for both')
    const contents = ({ frames }: typeof old) =>
      frames.flatMap(({ t, d }) => (t === 'MESSAGE_CREATE' ? d['content'] : []))
    await eventually('both have all', () => contents(old).length === 2 && contents(young).length === 1)
    const ledger = await sandbox.control<LedgerView>('GET', '/ledger')
    expect(ledger.sessions.map(({ shardId, shardCount }) => [shardId, shardCount])).toEqual(
      expect.arrayContaining([
        [shardKey % 2, 2],
        [shardKey % 4, 4],
      ]),
    )
    expect(ledger).toMatchObject({ doubleSessionMs: 0, dispatched: 2, doubled: 1, missed: 0 })
    await old.close(4000)
    await write('for the young one')
    await eventually('it has it', () => contents(young).length === 2)
    expect(await sandbox.control('GET', '/ledger')).toMatchObject({ doubled: 1, missed: 0, waiting: 0 })
  })
})

describe('intents', () => {
  const GUILDS = 1 << 0
  const GUILD_MESSAGES = 1 << 9
  const MESSAGE_CONTENT = 1 << 15

  test('keep away the events that were not asked for', async () => {
    await using client = connect(sandbox)
    client.identify([0, 1], GUILDS)
    await client.event('READY')
    await write('unseen')
    await sandbox.control('DELETE', `/channels/${placeIn(sandbox).second.id}`)
    await client.event('CHANNEL_DELETE')
    expect(client.frames.some(({ t }) => t === 'MESSAGE_CREATE')).toBe(false)
  })

  test('without MESSAGE_CONTENT blank the text, except where the bot is mentioned', async () => {
    const { body } = await sandbox.rest('GET', '/users/@me')
    const mention = `<@${(body as { id: string }).id}> hello`
    await using client = connect(sandbox)
    client.identify([0, 1], GUILDS | GUILD_MESSAGES)
    await client.event('READY')
    await write('secret')
    await write(mention)
    const contents = await eventually('both came', () => {
      const events = client.frames.filter(({ t }) => t === 'MESSAGE_CREATE')
      return events.length === 2 && events.map(({ d }) => d['content'])
    })
    expect(contents).toEqual(['', mention])
  })

  test('with MESSAGE_CONTENT let the text through', async () => {
    await using client = connect(sandbox)
    client.identify([0, 1], GUILDS | GUILD_MESSAGES | MESSAGE_CONTENT)
    await client.event('READY')
    await write('public')
    expect((await client.event('MESSAGE_CREATE')).d['content']).toBe('public')
  })
})

describe('RESUME', () => {
  test('replays what came in between, in order and once, then says RESUMED', async () => {
    await using first = connect(sandbox)
    first.identify()
    const ready = await first.event('READY')
    await write('before')
    const last = await first.event('MESSAGE_CREATE')
    await first.close(4000)
    for (const text of ['one', 'two', 'three']) await write(text)
    await using second = connect(sandbox)
    second.resume(ready.d['session_id'], last.s ?? 0)
    await second.event('RESUMED')
    expect(second.frames.flatMap(({ t }) => t ?? [])).toEqual([
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'RESUMED',
    ])
    expect(await sandbox.control('GET', '/ledger')).toMatchObject({ resumes: 1, missed: 0, dispatched: 4 })
  })

  test.each([1000, 1001])('finds nothing after a close with %i', async code => {
    await using first = connect(sandbox)
    first.identify()
    const ready = await first.event('READY')
    await first.close(code)
    await using second = connect(sandbox)
    second.resume(ready.d['session_id'], 1)
    expect((await second.frame(({ op }) => op === 9)).d).toBe(false)
  })

  test('is refused when more was missed than is kept, and the ledger counts the missed', async () => {
    await using first = connect(sandbox)
    first.identify()
    const ready = await first.event('READY')
    await first.close(4000)
    for (let sent = 0; sent < 310; sent++) await write(`message ${sent}`)
    await using second = connect(sandbox)
    second.resume(ready.d['session_id'], 1)
    expect((await second.frame(({ op }) => op === 9)).d).toBe(false)
    expect(await sandbox.control('GET', '/ledger')).toMatchObject({ missed: 310 })
  })

  test('may not come: what was kept for it waits, and counts as missed once the shard identifies anew', async () => {
    await using first = connect(sandbox)
    first.identify()
    await first.event('READY')
    await first.close(4000)
    await write('to nobody')
    expect(await sandbox.control('GET', '/ledger')).toMatchObject({ dispatched: 1, missed: 0, waiting: 1 })
    await using second = connect(sandbox)
    second.identify()
    await second.event('READY')
    expect(await sandbox.control('GET', '/ledger')).toMatchObject({ dispatched: 1, missed: 1, waiting: 0 })
  })

  test('comes too late some minutes after', async () => {
    await using quick = await runSandbox({ rules: { resumableMs: 20 } })
    await using first = connect(quick)
    first.identify()
    const ready = await first.event('READY')
    await first.close(4000)
    await eventually('the session has ended', () => !quick.core.sessions.get(String(ready.d['session_id'])))
    await using second = connect(quick)
    second.resume(ready.d['session_id'], 1)
    expect((await second.frame(({ op }) => op === 9)).d).toBe(false)
  })
})

test('op 8 answers with the members that were asked for', async () => {
  const { guild, ada } = placeIn(sandbox)
  await using client = connect(sandbox)
  client.identify()
  await client.event('READY')
  client.send(8, { guild_id: guild.id, user_ids: [ada.id, '1'], nonce: 'n' })
  const { d } = await client.event('GUILD_MEMBERS_CHUNK')
  expect(d).toMatchObject({ nonce: 'n', not_found: ['1'], chunk_count: 1 })
  expect(d['members']).toHaveLength(1)
})

test('the fault swallow-identify leaves one IDENTIFY without an answer', async () => {
  await sandbox.control('POST', '/faults', { kind: 'swallow-identify' })
  await using client = connect(sandbox)
  client.identify()
  await eventually('it arrived', () => sandbox.core.ledger.identifies.total === 1)
  client.send(1, null)
  await client.frame(({ op }) => op === 11)
  expect(client.frames.some(({ t }) => t === 'READY')).toBe(false)
  client.identify()
  await client.event('READY')
})

test('the gateway is found under the name by which the bot reached the sandbox', async () => {
  const { port } = sandbox
  const { body } = await sandbox.rest('GET', '/gateway/bot')
  expect(body).toMatchObject({ url: `ws://127.0.0.1:${port}/gateway` })
  await using client = connect({ url: `http://localhost:${port}` })
  client.identify()
  expect((await client.event('READY')).d['resume_gateway_url']).toBe(`ws://localhost:${port}/gateway`)
})

test('latency holds back what the gateway sends, in order', async () => {
  await sandbox.control('POST', '/settings', { latencyMs: 30 })
  await using client = connect(sandbox)
  client.identify()
  await client.event('READY')
  await sandbox.control('POST', '/settings', { latencyMs: 0 })
  await write('after')
  await client.event('MESSAGE_CREATE')
  const sequence = client.frames.flatMap(({ s }) => s ?? [])
  expect(sequence).toEqual(sequence.toSorted((a, b) => a - b))
})
