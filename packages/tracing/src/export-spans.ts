import { setTimeout as sleep } from 'node:timers/promises'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { type Log, monotonicClock } from '@shardlight/service'
import type { TracingConfig } from './config.ts'
import { logOutages } from './log-outages.ts'
import { samplerOf } from './sampler.ts'
import type { Process } from './start-tracing.ts'

/** The end of a process is held up for no longer: what takes its shards over waits for it. */
const LAST_FLUSH_MS = 1_000
/** The same where the back end seems to be away. */
const LAST_CHANCE_MS = 100
/** Bounds of memory: what does not fit is dropped. */
const MOST_WAITING = 2_048
const LONGEST_VALUE = 4_096
/** Spans are encoded where commands are answered: a few at a time delay none noticeably. */
const SPANS_AT_A_TIME = 64

async function exporterOf({ url, protocol }: TracingConfig): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter({ url })
}

/** Registers the SDK: from now on what this package is told of is recorded and exported. */
export async function exportSpans({
  config,
  process: described,
  log,
}: {
  config: TracingConfig
  process: Process
  log: Log
}): Promise<AsyncDisposable> {
  const own = resourceFromAttributes({
    'service.namespace': 'shardlight',
    'service.name': described.name,
    'process.pid': process.pid,
    ...described.attributes,
  })
  const { exporter, isAway } = logOutages({
    exporter: await exporterOf(config),
    url: config.url,
    clock: monotonicClock,
    log,
  })
  const provider = new TracerProvider({
    // The operator has the last word.
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
    sampler: samplerOf(config),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: config.exportEveryMs,
        maxQueueSize: MOST_WAITING,
        maxExportBatchSize: SPANS_AT_A_TIME,
      }),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  return {
    async [Symbol.asyncDispose]() {
      const longestMs = isAway() ? LAST_CHANCE_MS : LAST_FLUSH_MS
      const flushed = provider.shutdown().catch(() => {})
      await Promise.race([flushed, sleep(longestMs, undefined, { ref: false })])
      trace.disable()
      context.disable()
    },
  }
}
