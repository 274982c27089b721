import { isSpanContextValid, type Link, type SpanContext, TraceFlags, trace } from '@opentelemetry/api'

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00 */
const TRACEPARENT = /^00-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})$/

/**
 * The span that is recorded here, for what goes on in another process or later; undefined where nobody would find a
 * trace of it.
 */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()
  if (!span?.isRecording()) return undefined
  const { traceId, spanId, traceFlags } = span.spanContext()
  if ((traceFlags & TraceFlags.SAMPLED) === 0) return undefined
  return `00-${traceId}-${spanId}-01`
}

/** @returns undefined for what is no traceparent, or of a span that is not kept */
export function contextOf(traceparent: string | null | undefined): SpanContext | undefined {
  const { traceId = '', spanId = '', flags = '0' } = TRACEPARENT.exec(traceparent ?? '')?.groups ?? {}
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED
  const found = { traceId, spanId, traceFlags, isRemote: true }
  return traceFlags !== 0 && isSpanContextValid(found) ? found : undefined
}

/** What led to this, as far as it was recorded. */
export const linksTo = (...traceparents: (string | null | undefined)[]): Link[] =>
  traceparents.flatMap(traceparent => {
    const found = contextOf(traceparent)
    return found ? [{ context: found }] : []
  })
