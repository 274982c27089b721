import { createLog, type Log } from '@shardlight/service'
import { eventually, type OtlpReceiver, runProgram, startOtlpReceiver } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { currentTraceparent, describeSpan, followUp, startTrace, startTracing, withSpan } from './index.ts'
import { withSpanBelow } from './span.ts'

function start(receiver: Pick<OtlpReceiver, 'url'>, environment: NodeJS.ProcessEnv = {}, log?: Log) {
  return startTracing({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '10',
      ...environment,
    },
    process: { name: 'cook', attributes: { 'service.instance.id': 'kitchen 1' } },
    log: log ?? createLog({ name: 'test', level: 'silent' }),
  })
}

/** Keeps what is logged. */
function listeningLog() {
  const lines: { level: number; msg: string }[] = []
  const log = createLog({ name: 'test', level: 'silent' })
  log.level = 'info'
  for (const level of ['info', 'warn'] as const) {
    log[level] = (_: unknown, msg?: string) =>
      void lines.push({ level: log.levels.values[level] ?? 0, msg: msg ?? '' })
  }
  return { log, lines }
}

describe('an endpoint is set', () => {
  it.each(['http/protobuf', 'http/json'])('exports a tree of spans as %s', async protocol => {
    await using receiver = await startOtlpReceiver()
    await using tracing = await start(receiver, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol })
    await startTrace('dinner', { kind: 'server', attributes: { portions: 2 } }, async () => {
      await withSpan('boil', { kind: 'client' }, async () => describeSpan({ salted: true }))
    })
    await tracing[Symbol.asyncDispose]()
    const [boil, dinner] = receiver.spans()
    expect(dinner).toMatchObject({
      name: 'dinner',
      kind: 'server',
      attributes: { portions: 2 },
      resource: { 'service.name': 'cook', 'service.instance.id': 'kitchen 1' },
    })
    expect(dinner?.parentSpanId).toBeUndefined()
    expect(boil).toMatchObject({
      name: 'boil',
      kind: 'client',
      parentSpanId: dinner?.spanId,
      attributes: { salted: true },
    })
  })

  it('tells the kind of an error, and not its words', async () => {
    await using receiver = await startOtlpReceiver()
    await using tracing = await start(receiver)
    const cause = Object.assign(new Error('the secret soup is cold'), { code: '23505' })
    await expect(startTrace('serve', {}, () => Promise.reject(cause))).rejects.toThrow('soup')
    await expect(
      startTrace('eat', {}, () => Promise.reject(new TypeError('no secret spoon'))),
    ).rejects.toThrow()
    await tracing[Symbol.asyncDispose]()
    expect(receiver.spans().map(span => [span.status, span.statusMessage, span.attributes])).toEqual([
      ['error', '', { 'error.type': '23505' }],
      ['error', '', { 'error.type': 'TypeError' }],
    ])
    for (const { body } of receiver.requests()) expect(body.includes('secret')).toBe(false)
  })

  it('goes on in another process below the span, and later in a trace that is linked to it', async () => {
    await using receiver = await startOtlpReceiver()
    await using tracing = await start(receiver)
    const traceparent = await startTrace('order', {}, async () => currentTraceparent())
    await withSpanBelow(traceparent, 'cook', {}, async () => {})
    const later = followUp(traceparent, 'deliver', {})
    await later?.within(() => withSpan('drive', {}, async () => {}))
    later?.end({ kilometres: 3 })
    await tracing[Symbol.asyncDispose]()
    const byName = new Map(receiver.spans().map(span => [span.name, span]))
    const order = byName.get('order')
    expect(byName.get('cook')).toMatchObject({ parentSpanId: order?.spanId, traceId: order?.traceId })
    const deliver = byName.get('deliver')
    expect(deliver?.traceId).not.toBe(order?.traceId)
    expect(deliver?.links).toMatchObject([{ traceId: order?.traceId, spanId: order?.spanId }])
    expect(byName.get('drive')?.parentSpanId).toBe(deliver?.spanId)
  })

  it('records nothing below what has ended, although its context lives on', async () => {
    await using receiver = await startOtlpReceiver()
    await using tracing = await start(receiver)
    const begun = Promise.withResolvers<void>()
    let later: Promise<void> | undefined
    await startTrace('login', {}, async () => {
      later = begun.promise.then(() => withSpan('heartbeat', {}, async () => {}))
    })
    begun.resolve()
    await later
    await tracing[Symbol.asyncDispose]()
    expect(receiver.spans().map(span => span.name)).toEqual(['login'])
  })

  it('keeps what follows from something that was kept, however small the share', async () => {
    await using receiver = await startOtlpReceiver()
    const share = (OTEL_TRACES_SAMPLER_ARG: string) =>
      start(receiver, { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG })
    let kept: string | undefined
    {
      await using _ = await share('1')
      kept = await startTrace('kept', {}, async () => currentTraceparent())
    }
    await using tracing = await share('0')
    expect(await startTrace('left out', {}, async () => currentTraceparent())).toBeUndefined()
    expect(followUp(undefined, 'nothing', {})).toBeUndefined()
    followUp(kept, 'later', {})?.end()
    await tracing[Symbol.asyncDispose]()
    expect(receiver.spans().map(span => span.name)).toEqual(['kept', 'later'])
  })
})

describe('the back end is in trouble', () => {
  it('says so once, and once when it is back', async () => {
    await using receiver = await startOtlpReceiver()
    const { log, lines } = listeningLog()
    await using _ = await start(receiver, {}, log)
    const trace = () => startTrace('work', {}, async () => {})
    receiver.answer(500)
    for (const times of [1, 2]) {
      await trace()
      await eventually('an attempt', () => receiver.requests().length >= times)
    }
    receiver.answer(200)
    await eventually('it is back', async () => {
      await trace()
      return receiver.spans().length > 0
    })
    await eventually('both are said', () => lines.length === 2)
    expect(lines.map(line => line.msg)).toEqual([
      'traces cannot be exported, they are dropped',
      'traces are exported again',
    ])
  })

  it('does not hold up the end of the process', async () => {
    await using receiver = await startOtlpReceiver()
    const tracing = await start(receiver, { OTEL_BSP_SCHEDULE_DELAY: '60000' })
    await startTrace('work', {}, async () => {})
    receiver.answer(503)
    const startedMs = performance.now()
    await tracing[Symbol.asyncDispose]()
    // The exporter by itself would try again for ten seconds.
    expect(performance.now() - startedMs).toBeLessThan(8_000)
  })
})

it('loads no SDK where no endpoint is set', { timeout: 120_000 }, async () => {
  const loaded = async (environment: Record<string, string>) => {
    await using program = runProgram('packages/tracing/tests/programs/nothing-traced.ts', environment)
    await program.exited
    return program.output().trim()
  }
  expect(await loaded({})).toBe('@opentelemetry/api')
  expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' })).toBe(
    '@opentelemetry/api',
  )
  expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })).toContain('/sdk-trace')
})

it('names a variable that is wrong', async () => {
  const failing = start({ url: 'collector:4317' }, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })
  await expect(failing).rejects.toThrow(
    /OTEL_EXPORTER_OTLP_ENDPOINT.*http:\/\/.*; OTEL_EXPORTER_OTLP_PROTOCOL="grpc"/,
  )
})
