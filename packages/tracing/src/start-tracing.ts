import type { Attributes } from '@opentelemetry/api'
import type { Log } from '@shardlight/service'
import { readTracingConfig } from './config.ts'

export type Process = {
  /** Such as `shardlight-manager`; OTEL_SERVICE_NAME comes first. */
  name: string
  /** What tells it from others of that name. */
  attributes?: Attributes
}

const nothing: AsyncDisposable = { async [Symbol.asyncDispose]() {} }

/**
 * Exports spans from now on, where OTEL_EXPORTER_OTLP_ENDPOINT is set. Where not, nothing of the SDK is loaded, and
 * every call of this package is next to nothing. Open it first: it is then closed last, with the spans of the end.
 * @throws {ConfigError}
 */
export async function startTracing({
  environment,
  process,
  log,
}: {
  environment: NodeJS.ProcessEnv
  process: Process
  log: Log
}): Promise<AsyncDisposable> {
  const config = readTracingConfig(environment)
  if (!config) return nothing
  const { exportSpans } = await import('./export-spans.ts')
  return exportSpans({ config, process, log })
}
