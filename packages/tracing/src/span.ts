import {
  type Attributes,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { contextOf, linksTo } from './traceparent.ts'

export type { Attributes }

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

export type SpanOptions = {
  kind?: keyof typeof KINDS
  attributes?: Attributes
}

const tracer = () => trace.getTracer('shardlight')

/** A code or a class's name; anything longer may be a sentence, with somebody's words in it. */
const NAME = /^[\w.[\]-]{1,60}$/

const nameIn = (value: unknown): string | undefined =>
  typeof value === 'number' || (typeof value === 'string' && NAME.test(value)) ? String(value) : undefined

/** What kind of error it is, without its message: PostgreSQL's or the system's code, else its class. */
export function errorTypeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Error'
  const { code, name } = error as { code?: unknown; name?: unknown }
  return nameIn(code) ?? nameIn(name) ?? 'Error'
}

/** Marks a span as failed. Messages stay away: they may quote what somebody wrote. */
export function fail(span: Span, error: unknown): void {
  span.setAttribute('error.type', errorTypeOf(error))
  span.setStatus({ code: SpanStatusCode.ERROR })
}

async function finish<T>(span: Span, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    fail(span, error)
    throw error
  } finally {
    span.end()
  }
}

/** The span that is recorded where this is called; none where nothing is traced. */
export function activeSpan(): Span | undefined {
  const span = trace.getActiveSpan()
  // One that has ended stays in the context of what was begun within it, such as a connection.
  return span?.isRecording() ? span : undefined
}

/** Adds to the span that is recorded here, if there is one. */
export const describeSpan = (attributes: Attributes): void => void activeSpan()?.setAttributes(attributes)

/** Begins a trace of its own, whatever is recorded here, and runs `run` within it. */
export function startTrace<T>(
  name: string,
  { kind = 'internal', attributes = {}, links = [] }: SpanOptions & { links?: Link[] },
  run: () => Promise<T>,
): Promise<T> {
  const options = { kind: KINDS[kind], attributes, links, root: true }
  return tracer().startActiveSpan(name, options, span => finish(span, run))
}

/** Runs `run` within a span below the one that is recorded here; alone where there is none. */
export function withSpan<T>(
  name: string,
  options: SpanOptions,
  run: (span?: Span) => Promise<T>,
): Promise<T> {
  if (!activeSpan()) return run()
  const { kind = 'internal', attributes = {} } = options
  return tracer().startActiveSpan(name, { kind: KINDS[kind], attributes }, span =>
    finish(span, () => run(span)),
  )
}

/** Runs `run` within a span below one of another process; alone where that one was not recorded. */
export function withSpanBelow<T>(
  traceparent: string | undefined,
  name: string,
  { kind = 'server', attributes = {} }: SpanOptions,
  run: () => Promise<T>,
): Promise<T> {
  const parent = contextOf(traceparent)
  if (!parent) return run()
  const within = trace.setSpanContext(ROOT_CONTEXT, parent)
  return tracer().startActiveSpan(name, { kind: KINDS[kind], attributes }, within, span => finish(span, run))
}

/** Work that goes on for long and in several places. */
export type LongSpan = {
  /** What `run` does is below it. */
  within<T>(run: () => Promise<T>): Promise<T>
  event(name: string, attributes?: Attributes): void
  end(attributes?: Attributes, error?: unknown): void
}

/** A trace of its own for work that what `traceparent` names has caused; none where that was not recorded. */
export function followUp(
  traceparent: string | null | undefined,
  name: string,
  { kind = 'consumer', attributes = {} }: SpanOptions,
): LongSpan | undefined {
  const links = linksTo(traceparent)
  if (links.length === 0) return undefined
  const span = tracer().startSpan(name, { kind: KINDS[kind], attributes, links, root: true })
  const here = trace.setSpan(ROOT_CONTEXT, span)
  return {
    within: run => context.with(here, run),
    event: (event, more) => void span.addEvent(event, more),
    end(more = {}, error) {
      span.setAttributes(more)
      if (error !== undefined) fail(span, error)
      span.end()
    },
  }
}
