import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@shardlight/database'
import { findFreePort, startKafka } from '@shardlight/embedded'
import { eventually, kafkaIsMissing, runProgram, startSandbox, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { spark, sparkIsMissing } from '../prepare.ts'
import { startProgram } from './spark-job.ts'

const CHANGES = 2_000
const isMissing = [await sparkIsMissing(), await kafkaIsMissing()].includes(true)

const storedIn = async (database: Database, table: string): Promise<number> => {
  const [row] = await database.query<{ sum: number }>(
    `SELECT coalesce(sum(count), 0)::int AS sum FROM ${table}`,
  )
  return row?.sum ?? 0
}

describe.skipIf(isMissing)('the Spark job and the ingester, on one topic of a real broker', () => {
  it('count the same, and a difference is told', async () => {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-spark-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const kafka = await startKafka()
    if (!kafka) throw new Error('there was a broker a moment ago')
    opened.use(kafka)
    const sandbox = opened.use(await startSandbox({ guilds: 0 }))
    const { url } = opened.use(await testDatabase())
    const database = opened.use(await openDatabase({ url, applicationName: 'test' }))
    for (const mode of ['stream-to-kafka', 'kafka-to-postgresql']) {
      const ingester = runProgram('apps/ingester/src/main.ts', {
        DATABASE_URL: url,
        WIKIPEDIA_STREAM_URL: `${sandbox.url}/v2/stream/recentchange`,
        INGESTER_MODE: mode,
        INGESTER_PORT: String(await findFreePort()),
        KAFKA_BROKERS: kafka.brokers,
      })
      opened.use(ingester)
    }
    await eventually('the stream is read', async () => {
      const { connections } = await sandbox.control<{ connections: number }>('GET', '/sandbox/wikipedia')
      return connections > 0
    })
    await sandbox.control('POST', '/sandbox/faults', { kind: 'stream-duplicate', times: 100 })
    const events = Array.from({ length: CHANGES }, (_, at) => ({
      type: at % 5 === 0 ? 'new' : 'edit',
      bot: at % 3 === 0,
      server_name: at % 2 === 0 ? 'en.wikipedia.org' : 'es.wikipedia.org',
      title: `Page ${at % 40}`,
    }))
    await sandbox.control('POST', '/sandbox/wikipedia', { events })
    const isCounted = async () => (await storedIn(database, 'recent_change_days')) === CHANGES
    await eventually('the ingester has counted all', isCounted, { withinMs: 30_000 })

    await using job = startProgram(spark.job, {
      args: [
        `--bootstrap-servers=${kafka.brokers}`,
        `--checkpoint=${join(directory, 'checkpoint')}`,
        '--until-caught-up',
      ],
      databaseUrl: url,
      cwd: directory,
    })
    expect(await job.exited, job.output()).toBe(0)
    expect(await storedIn(database, 'spark_day_counts')).toBe(CHANGES)
    const compare = async () => {
      await using comparison = startProgram(spark.compareCounts, {
        args: [],
        databaseUrl: url,
        cwd: directory,
      })
      return { code: await comparison.exited, output: comparison.output() }
    }
    expect(await compare()).toMatchObject({ code: 0 })
    await database.query(`UPDATE recent_change_days SET count = count + 1 WHERE wiki = 'es.wikipedia.org'`)
    const { code, output } = await compare()
    expect(code).toBe(1)
    expect(output).toMatch(/es\.wikipedia\.org/)
  }, 300_000)
})
