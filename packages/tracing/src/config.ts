import { flag, readConfig, webAddress, wholeNumber } from '@shardlight/service'
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

/** Where it is wrong or cannot be reached, an address is told to whoever reads logs: it shall hold no secret. */
const endpoint = () =>
  webAddress('http', 'https')
    .pipe(
      z.string().refine(value => {
        const { username, password, search } = new URL(value)
        return username + password + search === ''
      }, 'expected an address without user, password and query: credentials belong into OTEL_EXPORTER_OTLP_HEADERS'),
    )
    .optional()

/** Wrong variables of traces do no harm where nothing is traced. */
function isOff(environment: NodeJS.ProcessEnv): boolean {
  const given = readConfig(
    {
      OTEL_SDK_DISABLED: flag(),
      OTEL_TRACES_EXPORTER: z.string().optional(),
      OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
    },
    environment,
  )
  if (given.OTEL_SDK_DISABLED || given.OTEL_TRACES_EXPORTER === 'none') return true
  return (given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? given.OTEL_EXPORTER_OTLP_ENDPOINT) === undefined
}

function below(base: string): string {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url.href
}

/**
 * The standard variables of OpenTelemetry; resource attributes, service name and headers the SDK reads by itself.
 * @returns undefined unless an endpoint is set
 * @throws {ConfigError}
 */
export function readTracingConfig(environment: NodeJS.ProcessEnv): TracingConfig | undefined {
  if (isOff(environment)) return undefined
  const config = readConfig(
    {
      OTEL_TRACES_EXPORTER: z.literal('otlp', 'expected otlp or none').optional(),
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint(),
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
  const url = exact ?? (base && below(base))
  if (url === undefined) return undefined
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
