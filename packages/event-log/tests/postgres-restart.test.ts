import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '@shardlight/database'
import { eventually, type MortalPostgres, startMortalPostgres } from '@shardlight/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EventLog, newEvent, openEventLog } from '../src/index.ts'
import { Entry, silent } from './journal.ts'

const GUILD = 1161574221348863930n
const WRITERS = [0, 1, 2, 3]
const BETWEEN = 60

let postgres: MortalPostgres
beforeEach(async () => {
  postgres = await startMortalPostgres()
})
afterEach(() => postgres?.[Symbol.asyncDispose]())

/** The same key again until it is sure to be there: nobody knows what a lost answer would have said. */
async function publishSurely(eventLog: EventLog, writer: number, n: number): Promise<void> {
  const event = newEvent(Entry, { guildId: GUILD, writer, n }, { once: `${writer} wrote ${n}` })
  await eventually(
    `${writer} has written ${n}`,
    async () => {
      await eventLog.publish(event)
      return true
    },
    {
      withinMs: 45_000,
      everyMs: 100,
    },
  )
}

describe.each([
  ['is restarted', 'stop'],
  ['is killed with -9 and started again', 'kill'],
] as const)('when PostgreSQL %s in the middle', (_, end) => {
  it('nothing is lost and nothing doubled, for writers, subscribers and durable consumers', async () => {
    await using opened = new AsyncDisposableStack()
    const open = async (applicationName: string) => {
      const database = opened.use(await openDatabase({ url: postgres.url, applicationName }))
      return { database, eventLog: opened.use(await openEventLog({ database, log: silent, pollMs: 200 })) }
    }
    const [writing, reading] = [await open('writers'), await open('readers')]
    await writing.database.query('CREATE TABLE effects (turn bigserial, writer int, n int)')

    const seen = { live: [] as string[], withHistory: [] as string[] }
    const nameOf = ({ writer, n }: Entry) => `${writer} wrote ${n}`
    const watch = async (subscription: AsyncIterable<{ metadata: Entry }>, into: string[]) => {
      for await (const { metadata } of subscription) into.push(nameOf(metadata))
    }
    const live = opened.use(await reading.eventLog.subscribe(Entry, { guildId: GUILD }))
    const withHistory = opened.use(await writing.eventLog.subscribeWithHistory(Entry))
    const watching = Promise.all([watch(live, seen.live), watch(withHistory, seen.withHistory)])
    for (const { eventLog } of [writing, reading]) {
      opened.use(
        await eventLog.consume({
          name: 'effects',
          type: Entry,
          async handle({ metadata: { writer, n } }, tx) {
            await tx.query('INSERT INTO effects (writer, n) VALUES ($1, $2)', [writer, n])
          },
        }),
      )
    }

    let isOver = false
    const written = Promise.all(
      WRITERS.map(async writer => {
        let n = 0
        for (; !isOver; n++) {
          await publishSurely(writing.eventLog, writer, n)
          await sleep(1)
        }
        return n
      }),
    )
    await eventually('much is written', () => seen.live.length >= BETWEEN)
    await postgres[end]()
    await postgres.start()
    const seenBefore = seen.live.length
    await eventually('much more is written', () => seen.live.length >= seenBefore + BETWEEN, {
      withinMs: 45_000,
    })
    isOver = true

    const all = (await written).flatMap((count, writer) =>
      Array.from({ length: count }, (_unused, n) => `${writer} wrote ${n}`),
    )
    const events = await reading.database.query<{ metadata: Entry }>(
      `SELECT metadata FROM events WHERE type = 'Entry' ORDER BY id`,
    )
    const inLog = events.map(({ metadata }) => nameOf(metadata))
    expect(inLog.toSorted()).toEqual(all.toSorted())

    const effects = async () =>
      (await reading.database.query<Entry>('SELECT writer, n FROM effects ORDER BY turn')).map(nameOf)
    await eventually(
      'all have arrived',
      async () =>
        seen.live.length >= all.length &&
        seen.withHistory.length >= all.length &&
        (await effects()).length >= all.length,
      { withinMs: 45_000 },
    )
    expect(seen.live).toEqual(inLog)
    expect(seen.withHistory).toEqual(inLog)
    expect(await effects()).toEqual(inLog)
    await live[Symbol.asyncDispose]()
    await withHistory[Symbol.asyncDispose]()
    await watching
  }, 150_000)
})
