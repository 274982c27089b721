import { randomUUID } from 'node:crypto'
import { openDatabase } from '@shardlight/database'
import { createChangeStore, createStreamStore, migrateRecentChanges } from '@shardlight/recent-changes'
import { createLog, createMetrics, runProcess, startHttp } from '@shardlight/service'
import { readIngesterConfig } from './config.ts'
import { createEventWriter } from './event-writer.ts'
import { followStream } from './follow-stream.ts'
import { createIngesterMetrics } from './ingester-metrics.ts'
import { startRetention } from './retention.ts'

runProcess('ingester', async () => {
  const config = readIngesterConfig(process.env)
  const log = createLog({ name: 'ingester', level: config.LOG_LEVEL, secrets: [config.DATABASE_URL] })
  await using opened = new AsyncDisposableStack()
  const database = opened.use(
    await openDatabase({
      url: config.DATABASE_URL,
      applicationName: 'shardlight ingester',
      maxConnections: 4,
    }),
  )
  await migrateRecentChanges(database)
  const registry = createMetrics()
  const metrics = createIngesterMetrics(registry)
  const changes = createChangeStore(database)
  opened.use(startRetention({ changes, keptDays: config.WIKIPEDIA_KEPT_DAYS, log }))
  const streams = createStreamStore({ database, stream: 'recentchange', holder: randomUUID() })
  const following = opened.use(
    followStream({
      url: config.WIKIPEDIA_STREAM_URL,
      userAgent: `Shardlight (${config.WIKIPEDIA_CONTACT ?? 'no contact'})`,
      streams,
      writer: createEventWriter({ database, changes, streams, metrics, log }),
      metrics,
      log,
    }),
  )
  opened.use(
    await startHttp({
      host: config.INGESTER_HOST,
      port: config.INGESTER_PORT,
      variable: 'INGESTER_PORT',
      metrics: registry,
      log,
      checks: {
        database: () => database.check(),
        async stream() {
          if (following.isHolder() && !following.isConnected()) throw new Error('the stream is not connected')
        },
      },
    }),
  )
  return opened.move()
})
