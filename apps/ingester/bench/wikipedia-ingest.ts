import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atLeast, atMost, type Benchmark, median } from '@shardlight/bench'
import { type Database, openDatabase } from '@shardlight/database'
import { findFreePort, HOW_TO_GET_KAFKA, startKafka, startPostgres } from '@shardlight/embedded'
import { createChangeStore, dayOf, migrateRecentChanges, readRecentChange } from '@shardlight/recent-changes'
import { eventually, runProgram } from '@shardlight/testing'
import { eventOf, startEventStream } from './wikipedia-ingest/event-stream.ts'

const ROUNDS = 3
const EVENTS = 60_000
const SINGLE_INSERTS = 2_000
const BATCH = 2_000
const MIB = 1024 * 1024
const WITHIN_MS = 120_000

const NAMES: Record<string, string> = {
  single: 'one INSERT for each',
  batches: 'stored in batches, read before',
  stream: 'the ingester, stream to PostgreSQL',
  'to Kafka': 'the ingester, stream to Kafka',
  'from Kafka': 'the ingester, Kafka to PostgreSQL',
}

const PLAIN = `CREATE TABLE plain_changes (id text PRIMARY KEY, at timestamptz NOT NULL, wiki text, type text,
  is_bot boolean, is_minor boolean, namespace integer, title text, editor text, comment text, old_length integer,
  new_length integer, raw jsonb NOT NULL)`

/** What most bots do: a statement, and a commit, for each event. */
async function insertOneByOne(database: Database): Promise<number> {
  const raw = JSON.stringify({ text: 'x'.repeat(1_200) })
  const startedMs = performance.now()
  for (let n = 0; n < SINGLE_INSERTS; n++) {
    await database.query(
      `INSERT INTO plain_changes VALUES ($1, $2, 'en.wikipedia.org', 'edit', false, false, 0, $3, 'Editor', 'a comment', 1, 2, $4)
       ON CONFLICT DO NOTHING`,
      [crypto.randomUUID(), new Date(), `Page ${n}`, raw],
    )
  }
  return SINGLE_INSERTS / ((performance.now() - startedMs) / 1_000)
}

/** The statement that stores and counts events, which are read already, in batches. */
async function insertBatches(url: string): Promise<number> {
  await using database = await openDatabase({ url, applicationName: 'bench' })
  await migrateRecentChanges(database)
  const store = createChangeStore(database)
  const changes = Array.from({ length: EVENTS }, (_, number) => {
    const read = readRecentChange(JSON.stringify(eventOf(number)))
    if (!('change' in read)) throw new Error('an event of the benchmark cannot be read')
    return read.change
  })
  await store.ensureDays(new Set(changes.map(change => dayOf(change.at))))
  const startedMs = performance.now()
  for (let at = 0; at < EVENTS; at += BATCH)
    await database.transaction(tx => store.insert(tx, changes.slice(at, at + BATCH)))
  return EVENTS / ((performance.now() - startedMs) / 1_000)
}

/** An ingester until it has stored so many events. @returns events a second, and its largest memory in MiB */
async function ingest(environment: Record<string, string>, begin: () => void) {
  const port = await findFreePort()
  const address = `http://127.0.0.1:${port}`
  await using ingester = runProgram('apps/ingester/src/main.ts', {
    INGESTER_PORT: String(port),
    LOG_LEVEL: 'warn',
    ...environment,
  })
  const metrics = async () => (await fetch(`${address}/metrics`)).text()
  const value = (text: string, name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
  const isConnected = async () => {
    const isReady = (await fetch(`${address}/readyz`)).ok
    return isReady && value(await metrics(), 'shardlight_wikipedia_connects_total') > 0
  }
  await eventually('the ingester is connected', isConnected).catch(cause => {
    throw new Error(ingester.output().slice(-2_000), { cause })
  })
  begin()
  let firstMs: number | undefined
  let before = 0
  let most = 0
  const deadlineMs = performance.now() + WITHIN_MS
  while (performance.now() < deadlineMs) {
    const text = await metrics()
    const stored = value(text, 'shardlight_wikipedia_events_total')
    most = Math.max(most, value(text, 'process_resident_memory_bytes'))
    if (firstMs === undefined && stored > 0) {
      firstMs = performance.now()
      before = stored
    }
    if (stored >= EVENTS && firstMs !== undefined) {
      return { perSecond: (stored - before) / ((performance.now() - firstMs) / 1_000), memoryMiB: most / MIB }
    }
    await sleep(100)
  }
  throw new Error(`the ingester did not store ${EVENTS} events in time: ${ingester.output().slice(-1_000)}`)
}

export const benchmark: Benchmark = {
  description: "Wikipedia's events a second into PostgreSQL and by way of Kafka, beside one INSERT for each",
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const { url } = opened.use(await startPostgres({ directory }))
    const database = opened.use(await openDatabase({ url, applicationName: 'bench' }))
    const kafka = await startKafka()
    if (kafka) opened.use(kafka)
    else say(`without Kafka: ${HOW_TO_GET_KAFKA}`)
    await database.query(PLAIN)
    let databases = 0

    const rates: Record<string, number[]> = {
      single: [],
      batches: [],
      stream: [],
      'to Kafka': [],
      'from Kafka': [],
    }
    const memory: Record<string, number> = {}
    const note = (name: string, { perSecond, memoryMiB }: { perSecond: number; memoryMiB: number }) => {
      rates[name]?.push(perSecond)
      memory[name] = Math.max(memory[name] ?? 0, memoryMiB)
    }
    for (let turn = 1; turn <= ROUNDS; turn++) {
      say(`round ${turn} of ${ROUNDS}`)
      rates['single']?.push(await insertOneByOne(database))
      const fresh = async () => {
        const name = `bench_${++databases}`
        await database.query(`CREATE DATABASE ${name}`)
        return Object.assign(new URL(url), { pathname: `/${name}` }).href
      }
      rates['batches']?.push(await insertBatches(await fresh()))
      {
        await using stream = await startEventStream(EVENTS)
        const environment = { DATABASE_URL: await fresh(), WIKIPEDIA_STREAM_URL: stream.url }
        note('stream', await ingest(environment, stream.begin))
      }
      if (!kafka) continue
      const viaKafka = {
        DATABASE_URL: await fresh(),
        KAFKA_BROKERS: kafka.brokers,
        KAFKA_TOPIC: `bench.${turn}`,
      }
      {
        await using stream = await startEventStream(EVENTS)
        const environment = {
          ...viaKafka,
          WIKIPEDIA_STREAM_URL: stream.url,
          INGESTER_MODE: 'stream-to-kafka',
        }
        note('to Kafka', await ingest(environment, stream.begin))
      }
      const environment = { ...viaKafka, KAFKA_GROUP: `bench.${turn}`, INGESTER_MODE: 'kafka-to-postgresql' }
      note('from Kafka', await ingest(environment, () => {}))
    }

    const rate = (name: string) => Math.round(median(rates[name] ?? []))
    const besideSingle = (name: string) => {
      const ratios = (rates[name] ?? []).map((one, at) => one / (rates['single']?.[at] ?? Number.NaN))
      return Math.round(median(ratios) * 10) / 10
    }
    const measured = Object.keys(rates).filter(name => (rates[name] ?? []).length > 0)
    return {
      rows: measured.map(name => ({
        name: NAMES[name] ?? name,
        'events/s': rate(name),
        'beside one INSERT for each': besideSingle(name),
        'most MiB': Math.round(memory[name] ?? 0),
      })),
      figures: {
        ...Object.fromEntries(
          measured.map(name => [name.replaceAll(/\s(.)/g, (_, c) => c.toUpperCase()), rate(name)]),
        ),
        batchesRatio: besideSingle('batches'),
        streamRatio: besideSingle('stream'),
        memoryMiB: Math.round(Math.max(...Object.values(memory))),
      },
      aims: [
        atLeast('stored in batches: ten times one INSERT for each', besideSingle('batches'), 10),
        atLeast('stored in batches: 20,000 events/s into PostgreSQL', rate('batches'), 20_000),
        atMost('memory of at most 400 MiB', Math.round(memory['stream'] ?? Number.NaN), 400),
      ],
      notes: [
        'The ingester also reads the network, parses and checks, on the cores that PostgreSQL and the stream share.',
        'fsync is on. The stream is a program of its own that gives as fast as it is asked; the ingester is the real one.',
        'Each event is some 1.5 kB, is parsed, checked, stored whole and counted by day and hour.',
      ],
    }
  },
}
