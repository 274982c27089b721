import { ExportResultCode } from '@opentelemetry/core'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { type Clock, type Log, reasonOf } from '@shardlight/service'

/** It tries again by itself for ten seconds before it gives a batch up. */
const SLOW_MS = 250

export type WatchedExporter = {
  exporter: SpanExporter
  /** The last batch did not arrive, or one has been under way for long. */
  isAway(): boolean
}

/** Says once when spans cannot be exported, and once when they can be again; each batch that failed is dropped. */
export function logOutages({
  exporter,
  url,
  clock,
  log,
}: {
  exporter: SpanExporter
  url: string
  clock: Pick<Clock, 'nowMs'>
  log: Log
}): WatchedExporter {
  // A path may hold a key.
  const { origin } = new URL(url)
  const underWaySinceMs = new Map<symbol, number>()
  let hasFailed = false
  return {
    isAway: () =>
      hasFailed || [...underWaySinceMs.values()].some(sinceMs => clock.nowMs() - sinceMs > SLOW_MS),
    exporter: {
      export(spans, done) {
        const batch = Symbol('batch')
        underWaySinceMs.set(batch, clock.nowMs())
        exporter.export(spans, result => {
          underWaySinceMs.delete(batch)
          if (result.code === ExportResultCode.SUCCESS) {
            if (hasFailed) log.info({ collector: origin }, 'traces are exported again')
            hasFailed = false
          } else {
            if (!hasFailed) {
              const reason = reasonOf(result.error)
              log.warn({ collector: origin, reason }, 'traces cannot be exported, they are dropped')
            }
            hasFailed = true
          }
          done(result)
        })
      },
      shutdown: () => exporter.shutdown(),
    },
  }
}
