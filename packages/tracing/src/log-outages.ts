import { ExportResultCode } from '@opentelemetry/core'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { type Log, reasonOf } from '@shardlight/service'

/** Says once when spans cannot be exported, and once when they can be again; each batch that failed is dropped. */
export function logOutages(exporter: SpanExporter, url: string, log: Log): SpanExporter {
  let isAway = false
  return {
    export(spans, done) {
      exporter.export(spans, result => {
        if (result.code === ExportResultCode.SUCCESS) {
          if (isAway) log.info({ url }, 'traces are exported again')
          isAway = false
        } else {
          if (!isAway)
            log.warn({ url, reason: reasonOf(result.error) }, 'traces cannot be exported, they are dropped')
          isAway = true
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}
