import { randomUUID } from 'node:crypto'
import { countConnections, openDatabase } from '@shardlight/database'
import { createChangeStore, createStreamStore, migrateRecentChanges } from '@shardlight/recent-changes'
import { createLog, createMetrics, runProcess, startHttp } from '@shardlight/service'
import { readIngesterConfig } from './config.ts'
import { followStream } from './follow-stream.ts'
import { createIngesterMetrics } from './ingester-metrics.ts'
import { kafkaConnection } from './kafka.ts'
import { createPostgresqlSink } from './postgresql-sink.ts'
import { startRetention } from './retention.ts'
import { streamNameOf } from './stream-name.ts'

runProcess('ingester', async () => {
  const config = readIngesterConfig(process.env)
  const secrets = [config.DATABASE_URL, config.KAFKA_PASSWORD].filter(secret => secret !== undefined)
  const log = createLog({ name: 'ingester', level: config.LOG_LEVEL, secrets })
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
  countConnections(registry, database.usage)
  const changes = createChangeStore(database)
  const connection = kafkaConnection(config)
  const [source, destination] = config.INGESTER_MODE.split('-to-')

  // Kafka's client is nearly half of all that there is to load, and most do without.
  const sink = opened.use(
    destination === 'kafka'
      ? (await import('./kafka-sink.ts')).createKafkaSink({
          connection,
          topic: config.KAFKA_TOPIC,
          database,
          metrics,
          log,
        })
      : createPostgresqlSink({ database, changes, metrics, log }),
  )
  if (destination === 'postgresql')
    opened.use(startRetention({ changes, keptDays: config.WIKIPEDIA_KEPT_DAYS, log }))

  async function followKafka() {
    const { followTopic } = await import('./follow-topic.ts')
    const { KAFKA_TOPIC: topic, KAFKA_GROUP: groupId } = config
    const following = opened.use(followTopic({ connection, topic, groupId, sink, metrics, log }))
    return async () => {
      if (!following.isConnected()) throw new Error(`the topic ${topic} is not read`)
    }
  }

  function followWikimedia() {
    const following = opened.use(
      followStream({
        url: config.WIKIPEDIA_STREAM_URL,
        userAgent: `Shardlight (${config.WIKIPEDIA_CONTACT ?? 'no contact'})`,
        streams: createStreamStore({
          database,
          stream: streamNameOf(config.WIKIPEDIA_STREAM_URL),
          holder: randomUUID(),
        }),
        sink,
        metrics,
        log,
      }),
    )
    return async () => {
      if (following.isHolder() && !following.isConnected()) throw new Error('the stream is not connected')
    }
  }

  opened.use(
    await startHttp({
      host: config.INGESTER_HOST,
      port: config.INGESTER_PORT,
      variable: 'INGESTER_PORT',
      metrics: registry,
      log,
      checks: {
        database: () => database.check(),
        source: source === 'kafka' ? await followKafka() : followWikimedia(),
      },
    }),
  )
  return opened.move()
})
