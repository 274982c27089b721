import { createLog } from '@shardlight/service'
import { startOtlpReceiver } from '@shardlight/testing'
import { startTrace, startTracing } from '@shardlight/tracing'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { broadcast, type Channel, openChannel } from './channel.ts'

const calls = {
  double: { request: z.object({ of: z.number() }), reply: z.number() },
  never: { request: z.object({}), reply: z.object({}) },
}

/** Two sides, and what is on the wire between them as JSON. */
function pair() {
  const aborted: unknown[] = []
  const wire: unknown[] = []
  let answerer: Channel<Record<string, never>>
  const asker = openChannel({
    outgoing: calls,
    incoming: {},
    handlers: {},
    write: message => {
      wire.push(message)
      queueMicrotask(() => answerer.receive(JSON.parse(JSON.stringify(message))))
    },
  })
  answerer = openChannel({
    outgoing: {},
    incoming: calls,
    handlers: {
      double: ({ of }) => {
        if (of < 0) throw new Error(`${of} is too small`)
        return of === 13 ? ('odd' as unknown as number) : of * 2
      },
      never: (_, signal) =>
        new Promise(() => signal.addEventListener('abort', () => aborted.push(signal.reason))),
    },
    write: message => queueMicrotask(() => asker.receive(JSON.parse(JSON.stringify(message)))),
  })
  return { asker, answerer, aborted, wire }
}

it('answers each call with its own reply, in whatever order', async () => {
  const { asker } = pair()
  expect(await Promise.all([1, 2, 3].map(of => asker.call('double', { of })))).toEqual([2, 4, 6])
})

it('passes the reason of a refusal on, and names a request or a reply of another shape', async () => {
  const { asker } = pair()
  await expect(asker.call('double', { of: -1 })).rejects.toThrow('double: -1 is too small')
  await expect(asker.call('double', { of: 'two' } as unknown as { of: number })).rejects.toThrow(/of/)
  await expect(asker.call('double', { of: 13 })).rejects.toThrow('another shape')
})

it('gives up after its timeout, and tells the other side', async () => {
  const { asker, aborted } = pair()
  await expect(asker.call('never', {}, { timeoutMs: 20 })).rejects.toThrow('never: no answer within 20 ms')
  expect(aborted).toHaveLength(1)
})

it('gives up when its caller does', async () => {
  const { asker, aborted } = pair()
  const giveUp = new AbortController()
  const waiting = asker.call('never', {}, { signal: giveUp.signal })
  giveUp.abort(new Error('no longer wanted'))
  await expect(waiting).rejects.toThrow('no longer wanted')
  expect(aborted).toHaveLength(1)
})

it('rejects what waits when the other side dies, and all that comes later', async () => {
  const { asker, answerer, aborted } = pair()
  const waiting = asker.call('never', {}, { timeoutMs: Number.POSITIVE_INFINITY })
  await Promise.resolve()
  asker.close('it was killed')
  answerer.close('it was killed')
  await expect(waiting).rejects.toThrow('it was killed')
  await expect(asker.call('double', { of: 1 })).rejects.toThrow('double: it was killed')
  expect(aborted).toHaveLength(1)
})

it('shows a call that is traced, and what the other side did for it, in one trace', async () => {
  await using receiver = await startOtlpReceiver()
  const tracing = await startTracing({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    process: { name: 'test' },
    log: createLog({ name: 'test', level: 'silent' }),
  })
  const { asker, wire } = pair()
  await startTrace('a command', {}, async () => {
    await asker.call('double', { of: 1 })
    await asker.call('double', { of: 2 }, { isTraced: true })
  })
  await asker.call('double', { of: 3 }, { isTraced: true })
  await tracing[Symbol.asyncDispose]()
  const [served, asked, command] = receiver.spans()
  expect(receiver.spans()).toHaveLength(3)
  expect(asked).toMatchObject({ name: 'double', kind: 'client', parentSpanId: command?.spanId })
  expect(served).toMatchObject({ name: 'double', kind: 'server', parentSpanId: asked?.spanId })
  expect(wire.filter(message => 'traceparent' in Object(message))).toHaveLength(1)
})

it('leaves messages of others alone', () => {
  const { asker } = pair()
  for (const odd of [undefined, 'text', { _type: 3 }, { shardlight: 'what' }]) asker.receive(odd)
})

it('tells what each said where some fail', async () => {
  const { asker } = pair()
  const all = await broadcast([1, -1].map(of => [of, () => asker.call('double', { of })] as const))
  expect(all.get(1)).toEqual({ ok: true, value: 2 })
  expect(all.get(-1)).toEqual({ ok: false, reason: 'double: -1 is too small' })
})
