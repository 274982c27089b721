import type { SpanContext } from './span-context.ts'

export type Environment = Record<string, string | undefined>
export type Attributes = Record<string, string | number | string[] | undefined>

export type Span = SpanContext & {
  parentSpanId?: string | undefined
  name: string
  kind: 'internal' | 'server'
  startMs: number
  durationMs: number
  attributes: Attributes
  failed: boolean
}

/** Where spans go; headers may hold a secret. */
export type Target = { url: URL; headers: Record<string, string>; resource: Attributes }

const SEND_MS = 2_000
const KINDS = { internal: 1, server: 2 }

/** `key=value,key2=value2`, percent-encoded, as OpenTelemetry writes lists in variables. */
function readPairs(list: string | undefined): Record<string, string> {
  const pairs = (list ?? '').split(',').flatMap(pair => {
    const at = pair.indexOf('=')
    return at > 0 ? [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const] : []
  })
  return Object.fromEntries(pairs)
}

/**
 * From OpenTelemetry's variables; ours come first, since that is how a step passes them on.
 * @returns undefined where nothing is to be sent. @throws for an endpoint that is none.
 */
export function readTarget(env: Environment): Target | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  const base = env['PIPELINE_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (!base) return undefined
  const address = `${base.replace(/\/+$/, '')}/v1/traces`
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new Error('the OTLP endpoint must be an http or https address')
  return {
    url: new URL(address),
    headers: readPairs(env['PIPELINE_OTLP_HEADERS'] || env['OTEL_EXPORTER_OTLP_HEADERS']),
    resource: {
      'service.name': env['OTEL_SERVICE_NAME'] || 'pipeline',
      ...readPairs(env['OTEL_RESOURCE_ATTRIBUTES']),
    },
  }
}

const asValue = (value: string | number | string[]): object => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { intValue: String(value) }
  return { arrayValue: { values: value.map(asValue) } }
}

const asAttributes = (attributes: Attributes) =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [{ key, value: asValue(value) }],
  )

const asNanoseconds = (ms: number) => String(BigInt(Math.round(ms * 1_000)) * 1_000n)

const asSpan = ({ traceId, spanId, parentSpanId, name, ...span }: Span) => ({
  traceId,
  spanId,
  parentSpanId: parentSpanId ?? '',
  name,
  kind: KINDS[span.kind],
  startTimeUnixNano: asNanoseconds(span.startMs),
  endTimeUnixNano: asNanoseconds(span.startMs + span.durationMs),
  attributes: asAttributes(span.attributes),
  status: span.failed ? { code: 2 } : {},
})

/** Sends one span of a resource with `attributes` as OTLP/HTTP in JSON. @throws when it was not taken within two seconds. */
export async function sendSpan(
  span: Span,
  { url, headers, resource }: Target,
  attributes: Attributes,
): Promise<void> {
  const body = {
    resourceSpans: [
      {
        resource: { attributes: asAttributes({ ...attributes, ...resource }) },
        scopeSpans: [{ scope: { name: 'shardlight/pipeline' }, spans: [asSpan(span)] }],
      },
    ],
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // A collector elsewhere must not be given the headers that were meant for this one.
    redirect: 'error',
    signal: AbortSignal.timeout(SEND_MS),
  })
  if (!response.ok) throw new Error(`it answered ${response.status}`)
}
