import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atLeast, atMost, type Benchmark, median, quantile, type Row } from '@shardlight/bench'
import { openDatabase } from '@shardlight/database'
import { startPostgres } from '@shardlight/embedded'
import { createLog } from '@shardlight/service'
import { startPostgresProxy } from '@shardlight/testing'
import { openEventLog } from '../src/index.ts'
import { commitsPerSecond, measureLags, userActive } from './event-log/measure.ts'

const ROUNDS = 5
const APPEND_MS = 2_000
const LAG_EVENTS = 150
/** About 50 a second; not in step with the poll. */
const LAG_EVERY_MS = 19.7
const WRITERS = [1, 16]
const NEVER_MS = 3_600_000
const POLL_MS = 1_000

const silent = createLog({ name: 'bench', level: 'silent' })
const round = (value: number) => Math.round(value * 100) / 100

const PLAIN = `CREATE TABLE plain_events (
  id bigserial PRIMARY KEY, type text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(), metadata jsonb NOT NULL)`

export const benchmark: Benchmark = {
  description:
    'events a second from 1 and 16 writers beside plain inserts, and how soon a subscriber has them',
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const { url } = opened.use(await startPostgres({ directory }))
    const proxy = opened.use(await startPostgresProxy(url))
    const pool = async (applicationName: string, at = url) =>
      opened.use(await openDatabase({ url: at, applicationName, maxConnections: 20 }))
    const writing = await pool('writing')
    const open = async (database: typeof writing, pollMs: number) =>
      opened.use(await openEventLog({ database, log: silent, pollMs }))
    const publisher = await open(writing, NEVER_MS)
    await writing.query(PLAIN)

    const contenders = {
      log: (n: number) => publisher.publish(userActive(BigInt(n))),
      // In a transaction just as the log's, so that both make as many round trips.
      plain: (n: number) => {
        const { type, metadata } = userActive(BigInt(n))
        const insert = 'INSERT INTO plain_events (type, metadata) VALUES ($1, $2)'
        return writing.transaction(tx => tx.query(insert, [type, JSON.stringify(metadata)]))
      },
    }
    const rates: Record<string, number[]> = {}
    const lags = { notified: [] as number[], polled: [] as number[] }
    for (const commit of Object.values(contenders))
      await commitsPerSecond({ commit, writers: 16, forMs: APPEND_MS / 2 })
    for (let turn = 1; turn <= ROUNDS; turn++) {
      say(`round ${turn} of ${ROUNDS}`)
      for (const writers of WRITERS) {
        const order = Object.entries(contenders)
        for (const [name, commit] of turn % 2 === 0 ? order : order.toReversed()) {
          const rate = await commitsPerSecond({ commit, writers, forMs: APPEND_MS })
          const key = `${name}${writers}`
          rates[key] = [...(rates[key] ?? []), rate]
        }
      }
      const pace = { publisher, everyMs: LAG_EVERY_MS, count: LAG_EVENTS }
      {
        await using subscriber = await openEventLog({
          database: await pool(`notified ${turn}`),
          log: silent,
          pollMs: NEVER_MS,
        })
        lags.notified.push(...(await measureLags({ ...pace, subscriber })))
      }
      {
        const database = await pool(`polled ${turn}`, proxy.url)
        await using subscriber = await openEventLog({ database, log: silent, pollMs: POLL_MS })
        // A first event, so that it surely listens when it becomes deaf.
        await measureLags({ ...pace, subscriber, count: 1 })
        proxy.deafen()
        lags.polled.push(...(await measureLags({ ...pace, subscriber })))
        proxy.cut()
      }
    }

    const rateOf = (key: string) => median(rates[key] ?? [])
    const figures: Record<string, number> = {}
    const rows: Row[] = []
    for (const writers of WRITERS) {
      for (const name of Object.keys(contenders)) {
        figures[`${name}PerSecond${writers}`] = round(rateOf(`${name}${writers}`))
      }
      const ratios = (rates[`log${writers}`] ?? []).map(
        (rate, i) => rate / (rates[`plain${writers}`]?.[i] ?? 0),
      )
      figures[`ratio${writers}`] = round(median(ratios))
      rows.push({
        name: `${writers} writer(s)`,
        'event log/s': figures[`logPerSecond${writers}`] ?? 0,
        'plain inserts/s': figures[`plainPerSecond${writers}`] ?? 0,
        ratio: figures[`ratio${writers}`] ?? 0,
      })
    }
    for (const [name, values] of Object.entries(lags)) {
      const [p50, p99] = [round(quantile(values, 0.5)), round(quantile(values, 0.99))]
      figures[`${name}LagP50Ms`] = p50
      figures[`${name}LagP99Ms`] = p99
      rows.push({
        name: `lag, ${name}`,
        'p50 ms': p50,
        'p99 ms': p99,
        'worst ms': round(Math.max(...values)),
      })
    }
    const figure = (name: string) => figures[name] ?? Number.NaN
    return {
      rows,
      figures,
      aims: [
        atMost('quiet system: lag p99 of at most 50 ms by notification', figure('notifiedLagP99Ms'), 50),
        atMost('notifications lost: lag p99 of at most a poll and a bit', figure('polledLagP99Ms'), 1_100),
        atLeast('16 writers: a quarter of plain inserts', figure('ratio16'), 0.25),
      ],
      notes: [
        'fsync is on, one commit per event, BEGIN and COMMIT on both sides; medians of rounds taken in turn.',
        'Lag counts from the call that appends until a subscriber on another connection has the event, at about 50 a second.',
        'Plain inserts are the floor and no alternative: a reader that goes by their ids loses events.',
      ],
    }
  },
}
