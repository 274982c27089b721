import { randomUUID } from 'node:crypto'
import { startKafka } from '@shardlight/embedded'
import { eventually, kafkaIsMissing } from '@shardlight/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ingester, startWikipedia, type Wikipedia } from './running.ts'

describe.skipIf(await kafkaIsMissing())('by way of Kafka', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>
  let wikipedia: Wikipedia
  let topic: string
  beforeAll(async () => {
    kafka = await startKafka()
  })
  afterAll(() => kafka?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    wikipedia = await startWikipedia()
    topic = `changes.${randomUUID()}`
  })
  afterEach(() => wikipedia?.[Symbol.asyncDispose]())

  const start = (mode: string, group = 'shardlight') =>
    wikipedia.startIngester({
      INGESTER_MODE: mode,
      KAFKA_BROKERS: kafka?.brokers ?? '',
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: group,
    })
  const isReady = (ingester: Ingester) => eventually('it is ready', () => ingester.isReady())

  it('all is stored once, whichever consumer or producer dies', async () => {
    const { change, fault } = wikipedia
    let producer = await start('stream-to-kafka')
    await wikipedia.isConnected()
    await change(300)
    const consumers = [await start('kafka-to-postgresql'), await start('kafka-to-postgresql')]
    await Promise.all(consumers.map(isReady))
    await change(500)
    await fault({ kind: 'stream-duplicate', times: 50 })
    await fault({ kind: 'stream-cut' })
    await change(500)
    await wikipedia.canary()
    consumers[0]?.child.kill('SIGKILL')
    await change(500)
    producer.child.kill('SIGKILL')
    await producer.exited
    await change(200)
    producer = await start('stream-to-kafka')
    await wikipedia.expectExact()
    expect(await wikipedia.database.query('SELECT FROM recent_change_gaps')).toEqual([])
    expect((await wikipedia.stream()).mostAtOnce).toBe(1)
    // What is only in Kafka cannot be asked for.
    const lag = /^shardlight_wikipedia_lag_seconds \d/m
    expect(await producer.metrics()).not.toMatch(lag)
    expect(await consumers[1]?.metrics()).toMatch(lag)
  })

  it('the work is shared, and a replay of the whole topic changes nothing', async () => {
    await start('stream-to-kafka')
    await wikipedia.isConnected()
    const consumers = [await start('kafka-to-postgresql'), await start('kafka-to-postgresql')]
    await wikipedia.change(50)
    const shares = () => Promise.all(consumers.map(one => one.metric('shardlight_wikipedia_events_total')))
    await eventually(
      'both have stored some',
      async () => {
        await wikipedia.change(100)
        return (await shares()).every(share => share > 0)
      },
      { withinMs: 25_000 },
    )
    await wikipedia.expectExact()
    const again = await start('kafka-to-postgresql', 'another')
    const { events } = await wikipedia.stream()
    await eventually(
      'the topic is read again',
      async () => (await again.metric('shardlight_wikipedia_duplicates_total')) >= events,
    )
    expect(await again.metric('shardlight_wikipedia_events_total')).toBe(0)
    await wikipedia.expectExact()
  })

  it('a consumer that comes before the topic waits for it', async () => {
    const consumer = await start('kafka-to-postgresql')
    expect(await consumer.isReady()).toBe(false)
    await start('stream-to-kafka')
    await wikipedia.isConnected()
    await wikipedia.change(100)
    await wikipedia.expectExact()
    await isReady(consumer)
  })
})
