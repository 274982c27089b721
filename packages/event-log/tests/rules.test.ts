import { type Database, openDatabase } from '@shardlight/database'
import { eventually, testDatabase } from '@shardlight/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  Challenge,
  type EventLog,
  newEvent,
  openEventLog,
  Restore,
  readConsumerLag,
  Vote,
} from '../src/index.ts'
import { Entry, silent } from './journal.ts'

const GUILD = 1161574221348863930n
const TARGET = 80351110224678912n
const UNTIL = '2099-01-01T00:00:00.000Z'

let database: Database
let eventLog: EventLog
let scope: AsyncDisposableStack
beforeEach(async () => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await testDatabase())
  database = opened.use(await openDatabase({ url, applicationName: 'test' }))
  eventLog = opened.use(await openEventLog({ database, log: silent, keepMs: 0, pollMs: 50 }))
  scope = opened.move()
})
afterEach(() => scope?.disposeAsync())

const entry = (n: number, options = {}) => newEvent(Entry, { guildId: GUILD, writer: 0, n }, options)
const closed = (
  voteId: bigint,
  said: { kind?: 'ask' | 'challenge' | 'restore'; outcome?: 'passed' | 'tie' },
) =>
  newEvent(Vote, {
    voteId,
    guildId: GUILD,
    kind: said.kind ?? 'challenge',
    phase: 'closed',
    outcome: said.outcome ?? 'passed',
    targetId: TARGET,
    until: UNTIL,
  })

describe('the archive', () => {
  it('takes what is old out of the log, and it can still be read', async () => {
    await eventLog.publish(entry(0), entry(1))
    await using young = await openEventLog({ database, log: silent })
    expect(await young.archive()).toBe(0)
    expect(await eventLog.archive()).toBe(2)
    await eventLog.publish(entry(2))
    const read = async (archived: boolean) =>
      (await eventLog.getMatchingEvents(Entry, { guildId: GUILD }, { archived })).map(one => one.metadata.n)
    expect(await read(false)).toEqual([2])
    expect(await read(true)).toEqual([0, 1, 2])
  })

  it('keeps keys: what happened once does not happen again', async () => {
    const once = 'only one'
    expect(await eventLog.publish(entry(0, { once }))).toHaveLength(1)
    expect(await eventLog.archive()).toBe(1)
    expect(await eventLog.publish(entry(1, { once }))).toEqual([])
  })

  it('leaves ids in order, also when the log has become empty', async () => {
    const [before] = await eventLog.publish(entry(0))
    await eventLog.archive()
    await using subscription = await eventLog.subscribe(Entry)
    const [after] = await eventLog.publish(entry(1))
    expect(after).toBeGreaterThan(before ?? 0n)
    for await (const { id } of subscription) {
      expect(id).toBe(after)
      break
    }
  })

  it('keeps nothing from those who are behind: a durable consumer and a slow subscriber', async () => {
    await database.query('CREATE TABLE effects (turn bigserial, n int)')
    let isReady = false
    await using consumer = await eventLog.consume({
      name: 'late',
      type: Entry,
      async handle({ metadata }, tx) {
        if (!isReady) throw new Error('not yet')
        await tx.query('INSERT INTO effects (n) VALUES ($1)', [metadata.n])
      },
    })
    expect(consumer).toBeDefined()
    await using subscription = await eventLog.subscribe(Entry)
    await eventLog.publish(entry(0), entry(1))
    expect(await eventLog.archive()).toBe(2)
    await eventLog.publish(entry(2))
    expect((await readConsumerLag(database)).get('late')).toBe(3)
    isReady = true
    const effects = () => database.query('SELECT n FROM effects ORDER BY turn')
    await eventually('all effects', async () => (await effects()).length === 3)
    expect(await effects()).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }])
    expect((await readConsumerLag(database)).get('late')).toBe(0)
    const seen: number[] = []
    for await (const { metadata } of subscription) {
      if (seen.push(metadata.n) === 3) break
    }
    expect(seen).toEqual([0, 1, 2])
  })
})

describe('the rule about who may use the bot', () => {
  it('appends the effect right behind the vote that passed, with its id', async () => {
    const [vote, effect, ...rest] = await eventLog.publish(closed(1n, {}))
    expect(effect).toBeGreaterThan(vote ?? 0n)
    expect(rest).toEqual([])
    expect(await eventLog.getMatchingEvents(Challenge, { userId: TARGET })).toMatchObject([
      { id: effect, metadata: { guildId: GUILD, userId: TARGET, voteId: 1n, until: UNTIL } },
    ])
    await eventLog.publish(closed(2n, { kind: 'restore' }))
    expect(await eventLog.getMatchingEvents(Restore, { voteId: 2n })).toHaveLength(1)
  })

  it.each([
    { kind: 'challenge', outcome: 'tie' },
    { kind: 'ask', outcome: 'passed' },
  ] as const)('appends nothing for $kind with the outcome $outcome', async said => {
    expect(await eventLog.publish(closed(1n, said))).toHaveLength(1)
    expect(await eventLog.getMatchingEvents(Challenge)).toEqual([])
  })

  it('has its effect once per vote, also after that was archived', async () => {
    await eventLog.publish(closed(1n, {}))
    await eventLog.archive()
    await expect(eventLog.publish(closed(1n, {}))).rejects.toThrow('vote 1 has had its effect already')
    expect(await eventLog.getMatchingEvents(Vote)).toEqual([])
  })

  it.each([Challenge, Restore])('refuses a $name from outside, and all that came with it', async type => {
    const forged = newEvent(type, { guildId: GUILD, userId: TARGET, voteId: 9n, until: UNTIL })
    await expect(eventLog.publish(entry(0), forged)).rejects.toThrow(
      `${type.name} events follow from a passed vote and cannot be appended by themselves`,
    )
    expect(await eventLog.getMatchingEvents(Entry)).toEqual([])
    expect(await eventLog.getMatchingEvents(type)).toEqual([])
  })

  const REFUSED = 'events are appended by append_events() and never changed'
  it.each(['events', 'archived_events'])('refuses rows that are put into %s past the log', async table => {
    const insert = `INSERT INTO ${table} (id, type, at, metadata) VALUES (999, 'Challenge', now(), '{}')`
    await expect(database.query(insert)).rejects.toThrow(REFUSED)
    await eventLog.publish(entry(0))
    await expect(
      database.transaction(async tx => {
        await tx.query(`SELECT append_events('[{"type": "Entry", "metadata": {}}]')`)
        await tx.query(insert)
      }),
    ).rejects.toThrow(REFUSED)
  })

  it.each(['events', 'archived_events'])('refuses every change of a row in %s', async table => {
    await eventLog.publish(entry(0))
    if (table === 'archived_events') await eventLog.archive()
    await expect(database.query(`UPDATE ${table} SET metadata = '{}'`)).rejects.toThrow(REFUSED)
  })
})

it('ids rise with the commits, and are those that publish answered', async () => {
  const published: bigint[] = []
  for (let n = 0; n < 20; n++) published.push(...(await eventLog.publish(entry(n), entry(n))))
  const read = (await eventLog.getMatchingEvents(Entry)).map(event => event.id)
  expect(read).toEqual(published)
  expect(read).toEqual(read.toSorted((a, b) => Number(a - b)))
})
