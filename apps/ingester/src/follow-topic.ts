import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer, stringDeserializers } from '@platformatic/kafka'
import { type Log, reasonOf } from '@shardlight/service'
import { readBatch } from './batch.ts'
import { gathered } from './gathered.ts'
import type { IngesterMetrics } from './ingester-metrics.ts'
import type { KafkaConnection } from './kafka.ts'
import { overlapped } from './overlapped.ts'
import { type Sink, storeUntilStored } from './sink.ts'

const BATCH = 2_000
const SESSION_MS = 10_000
const HEARTBEAT_MS = 2_000
const LONGEST_WAIT_MS = 500
/** Of one answer, which is then held in memory; a longer message comes all the same. */
const FETCH_BYTES = 8 * 1024 * 1024
const FETCH_PARTITION_BYTES = 1024 * 1024
const RECONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 30_000

type Message = Place & { value?: string }

type Place = { topic: string; partition: number; offset: bigint; leaderEpoch: number }

/** After the last message of each partition. */
function placesAfter(messages: Place[]): Place[] {
  const places = new Map<number, Place>()
  for (const { topic, partition, offset, leaderEpoch } of messages) {
    const known = places.get(partition)
    if (!known || known.offset <= offset)
      places.set(partition, { topic, partition, offset: offset + 1n, leaderEpoch })
  }
  return [...places.values()]
}

/**
 * Reads a topic as one of a group, which shares its partitions. How far it has read is told to Kafka only after the
 * events are stored: what another of the group reads again changes nothing.
 */
export function followTopic({
  connection,
  topic,
  groupId,
  sink,
  metrics,
  log,
}: {
  connection: KafkaConnection
  topic: string
  groupId: string
  sink: Sink
  metrics: IngesterMetrics
  log: Log
}): AsyncDisposable & { isConnected(): boolean } {
  const stopping = new AbortController()
  const { signal } = stopping
  let connected = false
  let end = () => {}

  /** One membership of the group, to its end. */
  async function readOnce(): Promise<void> {
    const consumer = new Consumer({
      ...connection,
      groupId,
      autocommit: false,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTime: LONGEST_WAIT_MS,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: FETCH_PARTITION_BYTES,
      deserializers: stringDeserializers,
    })
    // Also while it still waits for the brokers.
    end = () => void consumer.close(true).catch(() => {})
    try {
      metrics.connects.inc()
      const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
      connected = true
      if (signal.aborted) return
      log.info({ topic, groupId }, 'the topic is read')
      await overlapped(gathered<Message>(stream, { most: BATCH }), {
        async prepare(messages) {
          const texts = messages.map(message => message.value ?? '')
          return { batch: await readBatch(texts, metrics), offsets: placesAfter(messages) }
        },
        async store({ batch, offsets }) {
          await storeUntilStored(batch, { sink, alongside: async () => {}, metrics, log, signal })
          await consumer.commit({ offsets })
        },
      })
    } finally {
      connected = false
      end = () => {}
      await consumer.close(true)
    }
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const startedMs = performance.now()
      try {
        await readOnce()
      } catch (error) {
        if (signal.aborted) return
        metrics.failures.inc()
        log.warn({ topic, reason: reasonOf(error) }, 'the topic cannot be read, trying again')
      }
      failures = performance.now() - startedMs > LONGEST_RECONNECT_MS ? 0 : failures + 1
      const waitMs = Math.min(LONGEST_RECONNECT_MS, RECONNECT_MS * 2 ** (failures - 1))
      await sleep(waitMs * (1 + Math.random() / 4), undefined, { signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    isConnected: () => connected,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      end()
      await running
    },
  }
}
