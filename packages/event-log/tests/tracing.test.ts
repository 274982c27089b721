import { openDatabase } from '@shardlight/database'
import { createLog } from '@shardlight/service'
import { eventually, startOtlpReceiver, testDatabase } from '@shardlight/testing'
import { currentTraceparent, startTrace, startTracing } from '@shardlight/tracing'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineEventType, newEvent, openEventLog } from '../src/index.ts'

const Opened = defineEventType({ name: 'Opened', metadata: z.object({ door: z.string() }) })
const Closed = defineEventType({ name: 'Closed', metadata: z.object({ door: z.string() }) })

it('links what handles an event, perhaps elsewhere and later, to what appended it', async () => {
  await using scratch = await testDatabase()
  await using receiver = await startOtlpReceiver()
  const log = createLog({ name: 'test', level: 'silent' })
  const tracing = await startTracing({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    process: { name: 'test' },
    log,
  })
  const handled: string[] = []
  {
    await using database = await openDatabase({ url: scratch.url, applicationName: 'test' })
    await using eventLog = await openEventLog({ database, log })
    await using _ = await eventLog.consume({
      name: 'doors',
      type: Opened,
      handle: async ({ metadata }, tx) => {
        await tx.query('SELECT 1')
        handled.push(metadata.door)
      },
    })
    await eventLog.publish(newEvent(Opened, { door: 'untraced' }))
    const traceparent = await startTrace('knock', {}, async () => {
      await eventLog.publish(newEvent(Opened, { door: 'secret garden' }))
      return currentTraceparent()
    })
    // As of a vote that ends by itself, long after the command that opened it.
    await eventLog.publish({ ...newEvent(Opened, { door: 'late' }), ...(traceparent && { traceparent }) })
    await eventLog.publish(newEvent(Closed, { door: 'afterwards' }))
    await eventually('all are handled', () => handled.length === 3)
    expect(await eventLog.getMatchingEvents(Opened, {}, { archived: true })).toHaveLength(3)
  }
  await tracing[Symbol.asyncDispose]()
  const spans = receiver.spans()
  const named = (name: string) => spans.filter(span => span.name === name)
  const [knock] = named('knock')
  const [appended] = named('append Opened')
  expect(appended).toMatchObject({ kind: 'producer', traceId: knock?.traceId })
  expect(named('handle Opened')).toMatchObject([
    {
      kind: 'consumer',
      links: [{ traceId: knock?.traceId, spanId: appended?.spanId }],
      attributes: { 'messaging.destination.name': 'Opened', 'messaging.consumer.group.name': 'doors' },
    },
    { kind: 'consumer', links: [{ traceId: knock?.traceId, spanId: knock?.spanId }] },
  ])
  expect(named('SELECT').map(span => span.parentSpanId)).toEqual(
    named('handle Opened').map(span => span.spanId),
  )
  for (const { body } of receiver.requests()) expect(body.includes('secret')).toBe(false)
})

it('lets a process that knows nothing of traces go on appending and reading', async () => {
  await using scratch = await testDatabase()
  await using database = await openDatabase({ url: scratch.url, applicationName: 'test' })
  await using _ = await openEventLog({ database, log: createLog({ name: 'test', level: 'silent' }) })
  await database.query('SELECT append_events($1::jsonb)', [
    JSON.stringify([{ type: 'Opened', metadata: { door: 'old' } }]),
  ])
  expect(await database.query('SELECT type, metadata FROM all_events')).toEqual([
    { type: 'Opened', metadata: { door: 'old' } },
  ])
})
