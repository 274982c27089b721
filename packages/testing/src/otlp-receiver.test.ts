import { expect, it } from 'vitest'
import { drawTrace } from './draw-trace.ts'
import { startOtlpReceiver } from './otlp-receiver.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

const span = (
  spanId: string,
  parentSpanId: string,
  name: string,
  [from, to]: [number, number],
  more = {},
) => ({
  traceId: TRACE,
  spanId,
  parentSpanId,
  name,
  kind: 3,
  startTimeUnixNano: `${1_700_000_000_000 + from}000000`,
  endTimeUnixNano: `${1_700_000_000_000 + to}000000`,
  ...more,
})

const send = (url: string, spans: unknown[]) =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'kitchen' } }] },
          scopeSpans: [{ scope: { name: 'cook' }, spans }],
        },
      ],
    }),
  })

it('keeps the spans that it is sent, and draws them as a tree', async () => {
  await using receiver = await startOtlpReceiver()
  const links = [{ traceId: TRACE, spanId: '00000000000000b2' }]
  const portions = [{ key: 'portions', value: { intValue: '2' } }]
  await send(receiver.url, [
    span('00000000000000d4', '00000000000000a1', 'serve', [7, 9], { links, status: { code: 2 } }),
    span('00000000000000b2', '00000000000000a1', 'boil', [1, 6], { attributes: portions }),
    span('00000000000000c3', '00000000000000b2', 'heat', [2, 3]),
    span('00000000000000a1', '', 'dinner', [0, 10]),
  ])
  expect(receiver.spans()[1]).toMatchObject({
    name: 'boil',
    kind: 'client',
    startMs: 1_700_000_000_001,
    durationMs: 5,
    attributes: { portions: 2 },
    status: 'unset',
    resource: { 'service.name': 'kitchen' },
    scope: 'cook',
  })
  expect(drawTrace(receiver.spans(), ['portions']).split('\n')).toEqual([
    'dinner          10.0 ms',
    '├─ boil          5.0 ms  portions=2',
    '│  └─ heat       1.0 ms',
    '└─ serve         2.0 ms  error  ↝ boil',
  ])
})

it('refuses what is no OTLP, and is away when told to be', async () => {
  await using receiver = await startOtlpReceiver()
  expect((await send(receiver.url, [{ name: 'nameless' }])).status).toBe(400)
  receiver.answer(503)
  expect((await send(receiver.url, [span('00000000000000a1', '', 'dinner', [0, 1])])).status).toBe(503)
  expect(receiver.spans()).toEqual([])
})
