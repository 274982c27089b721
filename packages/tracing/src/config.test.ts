import { expect, it } from 'vitest'
import { readTracingConfig } from './config.ts'

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318'

it('minds no variable where nothing is traced', () => {
  const wrong = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_EXPORTER: 'console',
    OTEL_TRACES_SAMPLER: 'jaeger_remote',
  }
  expect(readTracingConfig(wrong)).toBeUndefined()
  const set = { ...wrong, OTEL_EXPORTER_OTLP_ENDPOINT }
  expect(readTracingConfig({ ...set, OTEL_SDK_DISABLED: 'true' })).toBeUndefined()
  expect(readTracingConfig({ ...set, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined()
  expect(() => readTracingConfig(set)).toThrow(/OTEL_TRACES_EXPORTER.*_PROTOCOL="grpc".*OTEL_TRACES_SAMPLER/)
})

it.each([
  'https://:hunter2@collector',
  'https://hunter2@collector',
  'https://collector/?api_key=hunter2',
  'hunter2://collector',
])('refuses %s without repeating it', address => {
  for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
    expect(() => readTracingConfig({ [name]: address })).toThrow(new RegExp(`^${name}: (?!.*hunter2)`))
  }
})

it.each([
  ['http://collector:4318', 'http://collector:4318/v1/traces'],
  ['http://collector/otlp/', 'http://collector/otlp/v1/traces'],
])('posts to %s as the standard says', (address, url) => {
  expect(readTracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toMatchObject({ url })
  expect(readTracingConfig({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address })).toMatchObject({
    url: address,
  })
})
