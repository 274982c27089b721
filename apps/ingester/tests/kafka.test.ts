import { randomUUID } from 'node:crypto'
import { startKafka } from '@shardlight/embedded'
import { eventually, kafkaIsMissing } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ingester, startWikipedia, type Wikipedia } from './running.ts'

describe.skipIf(await kafkaIsMissing())('by way of Kafka', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>
  let wikipedia: Wikipedia
  const topic = `changes.${randomUUID()}`
  beforeAll(async () => {
    kafka = await startKafka()
    wikipedia = await startWikipedia()
  })
  afterAll(async () => {
    await wikipedia?.[Symbol.asyncDispose]()
    await kafka?.[Symbol.asyncDispose]()
  })

  const start = (mode: string, group = 'shardlight') =>
    wikipedia.startIngester({
      INGESTER_MODE: mode,
      KAFKA_BROKERS: kafka?.brokers ?? '',
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: group,
    })
  const isReady = (ingester: Ingester) => eventually('it is ready', () => ingester.isReady())

  it('all is stored once, whoever comes first, whichever consumer or producer dies, and though all is read again', async () => {
    const { change, fault } = wikipedia
    const first = await start('kafka-to-postgresql')
    expect(await first.isReady()).toBe(false)
    let producer = await start('stream-to-kafka')
    await wikipedia.isConnected()
    await change(100)
    await wikipedia.expectExact()
    await isReady(first)

    const second = await start('kafka-to-postgresql')
    const ofFirst = await first.metric('shardlight_wikipedia_events_total')
    await eventually('the work is shared', async () => {
      await change(100)
      const now = await first.metric('shardlight_wikipedia_events_total')
      return now > ofFirst && (await second.metric('shardlight_wikipedia_events_total')) > 0
    })

    await fault({ kind: 'stream-duplicate', times: 50 })
    await fault({ kind: 'stream-cut' })
    await change(500)
    await wikipedia.canary()
    first.child.kill('SIGKILL')
    await change(500)
    producer.child.kill('SIGKILL')
    await producer.exited
    await change(200)
    producer = await start('stream-to-kafka')
    await wikipedia.expectExact()
    expect(await wikipedia.database.query('SELECT FROM recent_change_gaps')).toEqual([])
    const { events, mostAtOnce } = await wikipedia.stream()
    expect(mostAtOnce).toBe(1)
    // What is only in Kafka cannot be asked for.
    const lag = /^shardlight_wikipedia_lag_seconds \d/m
    expect(await producer.metrics()).not.toMatch(lag)
    expect(await second.metrics()).toMatch(lag)

    const again = await start('kafka-to-postgresql', 'another')
    await eventually(
      'the topic is read again',
      // All but the canary.
      async () => (await again.metric('shardlight_wikipedia_duplicates_total')) >= events - 1,
    )
    expect(await again.metric('shardlight_wikipedia_events_total')).toBe(0)
    await wikipedia.expectExact()
  }, 180_000)
})
