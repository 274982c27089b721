import { type Database, openDatabase } from '@shardlight/database'
import { createLog } from '@shardlight/service'
import { z } from 'zod'
import { defineEventType, newEvent, openEventLog, snowflake } from '../src/index.ts'

export const silent = createLog({ name: 'test', level: 'silent' })

export const Entry = defineEventType({
  name: 'Entry',
  metadata: z.object({ guildId: snowflake, writer: z.int(), n: z.int() }),
})
export type Entry = z.output<typeof Entry.metadata>

export type Following = AsyncIterable<{ id: bigint; metadata: Entry }> & AsyncDisposable

/** What many write to and many follow, so that one test can try the event log and what it is compared with. */
export type Journal = AsyncDisposable & {
  database: Database
  /** `meanwhile` happens inside the transaction, at the worst moment; where it throws, all is rolled back. */
  write(entry: Entry, meanwhile: () => Promise<void>): Promise<void>
  /** Entries of one guild: the newest `history`, then those that come. */
  follow(guildId: bigint, history: number): Promise<Following>
  /** All committed entries of one guild, by id. */
  committed(guildId: bigint): Promise<bigint[]>
}

export async function openLogJournal(url: string): Promise<Journal> {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ url, applicationName: 'journal', maxConnections: 16 }))
  const eventLog = opened.use(await openEventLog({ database, log: silent }))
  const stack = opened.move()
  return {
    database,
    async write(entry, meanwhile) {
      await eventLog.transaction(async () => {
        await meanwhile()
        return { events: [newEvent(Entry, entry)], result: undefined }
      })
    },
    follow: (guildId, history) =>
      history > 0
        ? eventLog.subscribeWithHistory(Entry, { guildId }, { history })
        : eventLog.subscribe(Entry, { guildId }),
    async committed(guildId) {
      const rows = await database.query<{ id: bigint }>(
        `SELECT id FROM events WHERE type = 'Entry' AND metadata ->> 'guildId' = $1 ORDER BY id`,
        [`${guildId}`],
      )
      return rows.map(row => row.id)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const PLAIN = 'CREATE TABLE IF NOT EXISTS plain_entries (id bigserial PRIMARY KEY, metadata jsonb NOT NULL)'

/** What one would write first: ids by `bigserial`, and a tail that asks for `id > last`. */
export async function openPlainJournal(url: string): Promise<Journal> {
  const database = await openDatabase({ url, applicationName: 'plain', maxConnections: 16 })
  // Two processes that create one table at the same time may collide.
  await database.query(PLAIN).catch(() => database.query(PLAIN))
  const read = (guildId: bigint, after: bigint) =>
    database.query<{ id: bigint; metadata: unknown }>(
      `SELECT id, metadata FROM plain_entries WHERE id > $1 AND metadata ->> 'guildId' = $2 ORDER BY id`,
      [after, `${guildId}`],
    )
  return {
    database,
    write: (entry, meanwhile) =>
      database.transaction(async tx => {
        await tx.query('INSERT INTO plain_entries (metadata) VALUES ($1)', [
          JSON.stringify(newEvent(Entry, entry).metadata),
        ])
        await meanwhile()
      }),
    async follow(guildId, history) {
      const past = await read(guildId, 0n)
      let last = past.at(-1 - history)?.id ?? 0n
      let ended = false
      async function* tail() {
        while (!ended) {
          for (const { id, metadata } of await read(guildId, last)) {
            last = id
            yield { id, metadata: Entry.metadata.parse(metadata) }
          }
        }
      }
      const running = tail()
      return {
        [Symbol.asyncIterator]: () => running,
        async [Symbol.asyncDispose]() {
          ended = true
          await running.return()
        },
      }
    },
    committed: async guildId => (await read(guildId, 0n)).map(row => row.id),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export const journals = { log: openLogJournal, plain: openPlainJournal }
