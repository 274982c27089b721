import { createHash, randomBytes } from 'node:crypto'

/** Who a span is, as W3C's Trace Context names it: both in lower-case hexadecimal. */
export type SpanContext = { traceId: string; spanId: string }

const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-|$)/

export const newSpanId = (): string => randomBytes(8).toString('hex')

export const newSpanContext = (): SpanContext => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: newSpanId(),
})

/**
 * The same for every process of a run, so that jobs on different machines meet in one trace without telling each
 * other anything. With a run's id and attempt at GitHub it is what the OpenTelemetry Collector's `githubreceiver`
 * computes, too: where that one listens to GitHub's webhooks, our spans stand in its trace.
 */
export function spanContextOf(run: string): SpanContext {
  const digest = (suffix: string) => createHash('sha256').update(`${run}${suffix}`).digest('hex')
  return { traceId: digest('t').slice(0, 32), spanId: digest('s').slice(16, 32) }
}

export const formatTraceparent = ({ traceId, spanId }: SpanContext): string => `00-${traceId}-${spanId}-01`

/** @returns undefined for what is not valid, which W3C says to ignore. */
export function parseTraceparent(header: string | undefined): SpanContext | undefined {
  const [, traceId, spanId] = TRACEPARENT.exec(header ?? '') ?? []
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId }
}
