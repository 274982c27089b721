import { ConfigError, flag, readConfig, webAddress, wholeNumber } from '@shardlight/service'
import { z } from 'zod'

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

const protocol = () =>
  z.enum(['http/protobuf', 'http/json'], 'expected http/protobuf or http/json').optional()

const share = z
  .string()
  .transform(Number)
  .refine(value => value >= 0 && value <= 1, 'expected a number from 0 to 1')

export type TracingConfig = {
  /** Where spans are posted to. */
  url: string
  protocol: 'http/protobuf' | 'http/json'
  sampler: (typeof SAMPLERS)[number]
  /** Of the samplers that take a share of all traces. */
  share: number
  exportEveryMs: number
}

/**
 * The standard variables of OpenTelemetry; resource attributes, service name and headers the SDK reads by itself.
 * @returns undefined unless an endpoint is set
 * @throws {ConfigError}
 */
export function readTracingConfig(environment: NodeJS.ProcessEnv): TracingConfig | undefined {
  const config = readConfig(
    {
      OTEL_SDK_DISABLED: flag(),
      OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], 'expected otlp or none').default('otlp'),
      OTEL_EXPORTER_OTLP_ENDPOINT: webAddress('http', 'https').optional(),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress('http', 'https').optional(),
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol(),
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol(),
      OTEL_TRACES_SAMPLER: z
        .enum(SAMPLERS, `expected one of ${SAMPLERS.join(', ')}`)
        .default('parentbased_always_on'),
      OTEL_TRACES_SAMPLER_ARG: share.default(1),
      OTEL_BSP_SCHEDULE_DELAY: wholeNumber(1, 60_000).default(5_000),
    },
    environment,
  )
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact } = config
  if (config.OTEL_SDK_DISABLED || config.OTEL_TRACES_EXPORTER === 'none') return undefined
  const url = exact ?? (base && `${base.replace(/\/$/, '')}/v1/traces`)
  if (url === undefined) return undefined
  if (new URL(url).username !== '')
    throw new ConfigError(['OTEL_EXPORTER_OTLP_ENDPOINT: put credentials into OTEL_EXPORTER_OTLP_HEADERS'])
  return {
    url,
    protocol:
      config.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? config.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf',
    sampler: config.OTEL_TRACES_SAMPLER,
    share: config.OTEL_TRACES_SAMPLER_ARG,
    exportEveryMs: config.OTEL_BSP_SCHEDULE_DELAY,
  }
}

/** What a process hands on to those that it starts, so that they trace as it does. */
export const tracingEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('OTEL_')))
