import { Admin, findErrorBy, ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka'
import type { Database } from '@shardlight/database'
import { type RecentChange, recordRejects } from '@shardlight/recent-changes'
import type { Log } from '@shardlight/service'
import type { Batch, Reject } from './batch.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'
import type { KafkaConnection } from './kafka.ts'
import { type Sink, storeOneByOne } from './sink.ts'

/** Whether Kafka refused with this name, such as `MESSAGE_TOO_LARGE`. */
const isKafkaError = (error: unknown, name: string): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', name) !== null

/** As many consumers of a group can share the work. */
const PARTITIONS = 12
/** An event is a few KiB; what is far longer would be refused by a broker's own setting. */
const LONGEST_MESSAGE_BYTES = 16 * 1024 * 1024

/**
 * A topic whose messages have `meta.id` as key and the event as value, JSON without `parsedcomment`. Sent until every
 * replica has them, so that an event may be there twice, and then in the same partition.
 */
export function createKafkaSink({
  connection,
  topic,
  database,
  metrics,
  log,
}: {
  connection: KafkaConnection
  topic: string
  /** Keeps what the source remembers. */
  database: Database
  metrics: IngesterMetrics
  log: Log
}): Sink {
  const producer = new Producer({
    ...connection,
    acks: ProduceAcks.ALL,
    serializers: stringSerializers,
  })
  let isTopicThere = false

  async function ensureTopic(): Promise<void> {
    if (isTopicThere) return
    const admin = new Admin(connection)
    try {
      await admin.createTopics({
        topics: [topic],
        partitions: PARTITIONS,
        // The broker's own default.
        replicas: -1,
        configs: [{ name: 'max.message.bytes', value: String(LONGEST_MESSAGE_BYTES) }],
      })
      log.info({ topic, partitions: PARTITIONS }, 'the topic was made')
    } catch (error) {
      if (!isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) throw error
    } finally {
      await admin.close()
    }
    isTopicThere = true
  }

  const send = (changes: RecentChange[]) =>
    producer.send({ messages: changes.map(({ id, raw }) => ({ topic, key: id, value: raw })) })

  /** What was refused of batches that are in the topic. */
  const sent = new WeakMap<Batch, Reject[]>()
  const isTooLarge = (error: unknown) => isKafkaError(error, 'MESSAGE_TOO_LARGE')

  async function sendAll({ changes }: Batch): Promise<Reject[]> {
    await ensureTopic()
    if (changes.length === 0) return []
    try {
      await send(changes)
      return []
    } catch (error) {
      if (!isTooLarge(error)) throw error
      const store = async (change: RecentChange) => void (await send([change]))
      return storeOneByOne(changes, { store, isRefusal: isTooLarge, metrics, log })
    }
  }

  return {
    async store(batch, alongside) {
      // What is tried again because of the database is in the topic already.
      const refused = sent.get(batch) ?? (await sendAll(batch))
      sent.set(batch, refused)
      await database.transaction(async tx => {
        await recordRejects(tx, [...batch.rejects, ...refused])
        await alongside(tx)
      })
      metrics.stored.inc(batch.changes.length - refused.length)
    },
    async [Symbol.asyncDispose]() {
      await producer.close()
    },
  }
}
