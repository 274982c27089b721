import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '@shardlight/database'
import { eventually, runProgram, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { type EventLog, openEventLog } from '../src/index.ts'
import { END, type Follower, shouldHaveSeen, startFollower } from './follower.ts'
import { Entry, type Journal, journals, silent } from './journal.ts'
import { createRandom, GUILDS, writeEntries } from './write-entries.ts'

const COUNT = 40
const HERE = [0, 1, 2, 3, 4, 5, 6, 7]
const ELSEWHERE = ['8,9,10,11', '12,13,14,15']
const PROGRAM = 'packages/event-log/tests/programs/writers.ts'
const [guildId] = GUILDS
const nothing = async () => {}

type Outcome = { name: string; seen: bigint[]; expected: bigint[] }

/** A writer that comes to its commit only after a subscriber has passed an entry that was written later. */
async function overtake(journal: Journal, follower: Follower): Promise<void> {
  const { promise: overtaken, resolve } = Promise.withResolvers<void>()
  const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>()
  const slow = journal.write({ guildId, writer: 100, n: 0 }, async () => {
    begin()
    await overtaken
  })
  await hasBegun
  const seenBefore = follower.seen.length
  await journal.write({ guildId, writer: 101, n: 0 }, nothing)
  await eventually('the later entry is seen', () => follower.seen.length > seenBefore)
  resolve()
  await slow
}

/** 16 writers in three processes, subscribers that come and go: what each saw, and what it should have seen. */
async function run(kind: 'log' | 'plain', url: string): Promise<Outcome[]> {
  await using opened = new AsyncDisposableStack()
  const open = async () => opened.use(await journals[kind](url))
  const [one, two, readers] = [await open(), await open(), await open()]
  const staying: Follower[] = []
  for (const guild of GUILDS) {
    staying.push(opened.use(await startFollower({ journal: readers, guildId: guild })))
    staying.push(opened.use(await startFollower({ journal: one, guildId: guild, history: 8 })))
  }
  const [first] = staying
  if (!first) throw new Error('nobody follows')
  await overtake(one, first)

  const programs = ELSEWHERE.map(WRITERS =>
    opened.use(runProgram(PROGRAM, { DATABASE_URL: url, JOURNAL: kind, WRITERS, COUNT: `${COUNT}` })),
  )
  const writing = Promise.all([
    ...programs.map(async ({ child, exited, output }) => {
      const [message] = await Promise.race([once(child, 'message'), exited.then(() => [output()])])
      if (message !== 'done') throw new Error(`a process of writers failed: ${message}`)
    }),
    ...HERE.map(writer => writeEntries({ journal: writer % 2 === 0 ? one : two, writer, count: COUNT })),
  ])
  let isOver = false
  const over = writing.finally(() => {
    isOver = true
  })

  const visitors: Follower[] = []
  const visit = async (seed: number) => {
    const random = createRandom(seed)
    while (!isOver) {
      const visitor = await startFollower({
        journal: random() < 0.5 ? readers : two,
        guildId: random() < 0.5 ? GUILDS[0] : GUILDS[1],
        history: random() < 0.5 ? 0 : Math.floor(random() * 32),
        atMost: 1 + Math.floor(random() * 40),
      })
      visitors.push(visitor)
      await Promise.race([visitor.done, over])
      await visitor[Symbol.asyncDispose]()
    }
  }
  await Promise.all([over, ...[1_001, 1_002, 1_003].map(visit)])

  for (const guild of GUILDS) await two.write({ guildId: guild, writer: 102, n: END }, nothing)
  await Promise.all(staying.map(follower => follower.done))
  const committed = new Map<bigint, bigint[]>()
  for (const guild of GUILDS) committed.set(guild, await one.committed(guild))
  const outcomeOf = (kindOf: string, isWhole: boolean) => (follower: Follower) => ({
    name: `${kindOf} with history ${follower.history}`,
    seen: follower.seen,
    expected: shouldHaveSeen(follower, committed.get(follower.guildId) ?? [], isWhole),
  })
  return [...staying.map(outcomeOf('staying', true)), ...visitors.map(outcomeOf('visiting', false))]
}

describe('with 16 writers in three processes, who hesitate and roll back', () => {
  it('every subscriber sees exactly what was committed from its starting point on, in order', async () => {
    await using scratch = await testDatabase()
    const outcomes = await run('log', scratch.url)
    expect(outcomes.length).toBeGreaterThan(7)
    for (const { name, seen, expected } of outcomes) expect(seen, name).toEqual(expected)
  }, 90_000)

  it('the same test finds what the tail of a plain bigserial loses', async () => {
    await using scratch = await testDatabase()
    const outcomes = await run('plain', scratch.url)
    const [first] = outcomes
    const lost = first?.expected.filter(id => !first.seen.includes(id)) ?? []
    expect(lost.length).toBeGreaterThan(0)
    expect(first?.seen).not.toEqual(first?.expected)
  }, 90_000)

  it('durable consumers that take turns have every effect once, in order', async () => {
    await using scratch = await testDatabase()
    await using opened = new AsyncDisposableStack()
    const journal = opened.use(await journals.log(scratch.url))
    await journal.database.query('CREATE TABLE effects (turn bigserial, event_id bigint)')
    const pools: EventLog[] = []
    for (const applicationName of ['one', 'two', 'three']) {
      const database = opened.use(await openDatabase({ url: scratch.url, applicationName }))
      pools.push(opened.use(await openEventLog({ database, log: silent, pollMs: 50 })))
    }
    let handled = 0
    const consume = (eventLog: EventLog) =>
      eventLog.consume({
        name: 'audit',
        type: Entry,
        filters: { guildId },
        async handle(event, tx) {
          await tx.query('INSERT INTO effects (event_id) VALUES ($1)', [event.id])
          // Now and then it all has to be done again.
          if (++handled % 97 === 0) throw new Error('failed on purpose')
        },
      })
    const first = await Promise.all(pools.map(consume))
    let isOver = false
    const over = Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(writer =>
        writeEntries({ journal, writer, count: COUNT }),
      ),
    ).finally(() => {
      isOver = true
    })
    const takeTurns = async (index: number) => {
      const random = createRandom(index)
      let consumer = first[index]
      while (!isOver) {
        await sleep(random() * 100)
        await consumer?.[Symbol.asyncDispose]()
        const eventLog = pools[index]
        consumer = eventLog && (await consume(eventLog))
      }
      if (consumer) opened.use(consumer)
    }
    await Promise.all([over, ...pools.map((_, index) => takeTurns(index))])
    const committed = await journal.committed(guildId)
    const effects = async () =>
      (await journal.database.query<{ event_id: bigint }>('SELECT event_id FROM effects ORDER BY turn')).map(
        row => row.event_id,
      )
    await eventually('all effects', async () => (await effects()).length >= committed.length)
    expect(await effects()).toEqual(committed)
  }, 90_000)
})
