import { createServer, type IncomingHttpHeaders } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { type OtlpRequest, readOtlpRequest } from './otlp-request.ts'

export type AttributeValue = string | number | boolean | (string | number | boolean)[]
export type Attributes = Record<string, AttributeValue>

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const STATUSES = ['unset', 'ok', 'error'] as const

/** One span as it was received; ids in hexadecimal. */
export type ReceivedSpan = {
  traceId: string
  spanId: string
  /** Absent for the first span of a trace. */
  parentSpanId?: string
  name: string
  kind: (typeof KINDS)[number]
  /** Milliseconds since 1970, to the microsecond. */
  startMs: number
  durationMs: number
  attributes: Attributes
  events: { name: string; atMs: number; attributes: Attributes }[]
  links: { traceId: string; spanId: string; attributes: Attributes }[]
  status: (typeof STATUSES)[number]
  statusMessage: string
  /** Who sent it: `service.name` and what else describes the process. */
  resource: Attributes
  scope: string
}

export type OtlpReceiver = AsyncDisposable & {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string
  /** All spans so far, in the order in which they came. */
  spans(): ReceivedSpan[]
  /** Every request as it came, unpacked where it was compressed. */
  requests(): { path: string; headers: IncomingHttpHeaders; body: Buffer }[]
  /** From now on each request is answered so, and its spans are not kept; 200 mends it. */
  answer(status: number): void
}

const NS_IN_MS = 1_000_000n
const toMs = (ns: bigint) => Number(ns / NS_IN_MS) + Number(ns % NS_IN_MS) / 1_000_000

const spansOf = ({ resourceSpans }: OtlpRequest): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(span => ({
        traceId: span.traceId,
        spanId: span.spanId,
        ...(span.parentSpanId !== '' && { parentSpanId: span.parentSpanId }),
        name: span.name,
        kind: KINDS[span.kind] ?? 'unspecified',
        startMs: toMs(span.startTimeUnixNano),
        durationMs: toMs(span.endTimeUnixNano - span.startTimeUnixNano),
        attributes: span.attributes,
        events: span.events.map(event => ({
          name: event.name,
          atMs: toMs(event.timeUnixNano),
          attributes: event.attributes,
        })),
        links: span.links,
        status: STATUSES[span.status.code] ?? 'unset',
        statusMessage: span.status.message,
        resource: resource.attributes,
        scope: scope.name,
      })),
    ),
  )

/**
 * A small back end for traces: takes OTLP over HTTP at `/v1/traces`, as JSON and as protobuf, and keeps the spans.
 * What it cannot read it answers with 400 and the reason.
 */
export async function startOtlpReceiver({ port = 0 }: { port?: number } = {}): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = []
  let status = 200
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { url: path = '', headers } = request
    const sent = Buffer.concat(chunks)
    const contentType = headers['content-type'] ?? ''
    try {
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
      requests.push({ path, headers, body })
      if (path !== '/v1/traces') {
        response.writeHead(404).end()
        return
      }
      const received = spansOf(readOtlpRequest(body, contentType))
      if (status === 200) spans.push(...received)
      response.writeHead(status, { 'content-type': contentType })
      response.end(contentType.startsWith('application/json') ? '{}' : '')
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error))
    }
  })
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, '127.0.0.1', resolve)
  await listening
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans: () => [...spans],
    requests: () => [...requests],
    answer(code) {
      status = code
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}
