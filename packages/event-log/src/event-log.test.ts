import { type Database, openDatabase } from '@shardlight/database'
import { createLog } from '@shardlight/service'
import { eventually, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Challenge, UserActive, Vote } from './core-events.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import { defineEventType, newEvent, snowflake } from './event-type.ts'

const silent = createLog({ name: 'test', level: 'silent' })
/** A type that a feature brings along. */
const Trial = defineEventType({ name: 'Trial', metadata: z.object({ guildId: snowflake, word: z.string() }) })

let database: Database
let eventLog: EventLog
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  eventLog = opened.use(await openEventLog({ database, log: silent }))
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

const seen = (userId: bigint) => ({ guildId: 1n, userId, how: 'command' as const, joinedAt: null })
const passed = (voteId: bigint, kind: 'challenge' | 'restore', targetId: bigint, until: string | null) =>
  newEvent(Vote, { voteId, guildId: 1n, kind, phase: 'closed', outcome: 'passed', targetId, until })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

describe('an event', () => {
  it('of a type that a feature defined is found by type and metadata, with ids beyond 2^53 exact', async () => {
    const guildId = 1161574221348863930n
    await eventLog.publish(
      newEvent(Trial, { guildId, word: 'one' }),
      newEvent(Trial, { guildId, word: 'two' }),
    )
    await eventLog.publish(newEvent(UserActive, seen(2n)))
    const found = await eventLog.getMatchingEvents(Trial, { guildId })
    expect(found.map(event => event.metadata)).toEqual([
      { guildId, word: 'one' },
      { guildId, word: 'two' },
    ])
    expect(await eventLog.getMatchingEvents(Trial, { guildId, word: 'two' })).toHaveLength(1)
    expect(await eventLog.getMatchingEvents(Trial, { guildId: guildId + 5n })).toEqual([])
    expect(await eventLog.getMatchingEvents(Trial, {}, { limit: 1 })).toMatchObject([
      { metadata: { word: 'two' } },
    ])
  })

  it('with a key is there once', async () => {
    const once = 'first'
    expect(await eventLog.publish(newEvent(Trial, { guildId: 3n, word: 'a' }, { once }))).toHaveLength(1)
    expect(await eventLog.publish(newEvent(Trial, { guildId: 3n, word: 'b' }, { once }))).toEqual([])
    expect(await eventLog.getMatchingEvents(Trial, { guildId: 3n })).toMatchObject([
      { metadata: { word: 'a' } },
    ])
  })

  it('that its type does not describe is refused', () => {
    expect(() => newEvent(Trial, { guildId: 3n } as never)).toThrow(z.ZodError)
  })

  it('is neither inserted past the log nor changed', async () => {
    await eventLog.publish(newEvent(Trial, { guildId: 4n, word: 'stays' }))
    const insert = `INSERT INTO events (id, type, at, metadata) VALUES (0, 'Trial', now(), '{}')`
    await expect(database.query(insert)).rejects.toThrow(/appended by append_events\(\) and never changed/)
    await expect(database.query(`UPDATE events SET type = 'Other'`)).rejects.toThrow(/never changed/)
  })

  it('of a transaction that failed was never there', async () => {
    const failing = eventLog.transaction(async tx => {
      await tx.query('SELECT 1')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    const appended = await eventLog.transaction(async () => ({
      events: [newEvent(Trial, { guildId: 6n, word: 'kept' })],
      result: 'done',
    }))
    expect(appended).toBe('done')
    expect(await eventLog.getMatchingEvents(Trial, { guildId: 6n })).toHaveLength(1)
  })
})

describe('a subscription', () => {
  it('gives history, then what comes, without gap or duplicate', async () => {
    for (let word = 0; word < 5; word++)
      await eventLog.publish(newEvent(Trial, { guildId: 7n, word: `${word}` }))
    await using events = await eventLog.subscribeWithHistory(Trial, { guildId: 7n }, { history: 3 })
    await eventLog.publish(
      newEvent(Trial, { guildId: 7n, word: '5' }),
      newEvent(Trial, { guildId: 8n, word: 'x' }),
    )
    await eventLog.publish(newEvent(Trial, { guildId: 7n, word: '6' }))
    const words = []
    for await (const { metadata } of events) {
      words.push(metadata.word)
      if (words.length === 5) break
    }
    expect(words).toEqual(['2', '3', '4', '5', '6'])
  })

  it('ends at once when it is disposed, also while it waits', async () => {
    const events = await eventLog.subscribe(Trial)
    const all = (async () => {
      for await (const event of events) return event
      return 'ended'
    })()
    await events[Symbol.asyncDispose]()
    expect(await all).toBe('ended')
  })
})

describe('a durable subscription', () => {
  it('has its effect once, in the transaction that moves its cursor, and tries again what failed', async () => {
    await database.query('CREATE TABLE effects (word text)')
    let refusals = 2
    const consumer = {
      name: 'trial',
      type: Trial,
      filters: { guildId: 9n },
      async handle({ metadata }: { metadata: { word: string } }, tx: Pick<Database, 'query'>) {
        await tx.query('INSERT INTO effects VALUES ($1)', [metadata.word])
        if (metadata.word === 'b' && refusals-- > 0) throw new Error('not yet')
      },
    }
    await using one = await eventLog.consume(consumer)
    await using two = await eventLog.consume(consumer)
    expect([one, two]).toHaveLength(2)
    for (const word of ['a', 'b', 'c']) await eventLog.publish(newEvent(Trial, { guildId: 9n, word }))
    await eventually('all effects', async () => (await database.query('SELECT FROM effects')).length === 3)
    expect(await database.query('SELECT word FROM effects')).toEqual([
      { word: 'a' },
      { word: 'b' },
      { word: 'c' },
    ])
  })
})

describe('a restraint', () => {
  it('follows from a passed vote alone, once, and ends by a restore', async () => {
    const person = { guildId: 1n, userId: 50n }
    const challenge = newEvent(Challenge, { ...person, voteId: 1n, until: inAnHour() })
    await expect(eventLog.publish(challenge)).rejects.toThrow(/follow from a passed vote/)
    expect(await eventLog.restraintOf(person)).toBeUndefined()

    await eventLog.publish(passed(1n, 'challenge', person.userId, inAnHour()))
    expect(await eventLog.restraintOf(person)).toMatchObject({ voteId: 1n })
    expect(await eventLog.countRestraints()).toBe(1)
    expect(await eventLog.restraintOf({ ...person, guildId: 2n })).toBeUndefined()
    await expect(eventLog.publish(passed(1n, 'challenge', person.userId, inAnHour()))).rejects.toThrow(
      /vote 1 has had its effect already/,
    )
    await eventLog.publish(passed(2n, 'restore', person.userId, null))
    expect(await eventLog.restraintOf(person)).toBeUndefined()
    expect(await eventLog.countRestraints()).toBe(0)
    // The vote is there, and passed; but it has had its effect, and that had another end.
    for (const more of [{ until: '2099-01-01T00:00:00.000Z' }, {}]) {
      const again = newEvent(Challenge, { ...person, voteId: 1n, until: inAnHour(), ...more })
      await expect(eventLog.publish(again)).rejects.toThrow(/follow from a passed vote/)
    }
    expect(await eventLog.restraintOf(person)).toBeUndefined()
  })

  it('outlives the move of its event to the archive, and ends when it was said to', async () => {
    await eventLog.publish(passed(3n, 'challenge', 60n, inAnHour()))
    await eventLog.publish(passed(4n, 'challenge', 61n, new Date(Date.now() - 1).toISOString()))
    await using scoped = await openEventLog({ database, log: silent, keepMs: 0 })
    expect(await scoped.archive()).toBeGreaterThan(0)
    expect(await scoped.getMatchingEvents(Challenge)).toEqual([])
    expect(await scoped.getMatchingEvents(Challenge, {}, { archived: true })).not.toEqual([])
    expect(await scoped.restraintOf({ guildId: 1n, userId: 60n })).toMatchObject({ voteId: 3n })
    expect(await scoped.restraintOf({ guildId: 1n, userId: 61n })).toBeUndefined()
  })
})
