import { expect, it } from 'vitest'
import { readIngesterConfig } from './config.ts'
import { streamNameOf } from './stream-name.ts'

const urlOf = (environment: Record<string, string>) =>
  readIngesterConfig({
    DATABASE_URL: 'postgres://127.0.0.1/name',
    WIKIPEDIA_CONTACT: 'operator@example.org',
    ...environment,
  }).WIKIPEDIA_STREAM_URL

it('keeps the place in a stream apart from that in one of another host', () => {
  expect(streamNameOf(urlOf({}))).toBe('recentchange')
  const sandbox = urlOf({ WIKIPEDIA_STREAM_URL: 'http://sandbox:3100/v2/stream/recentchange' })
  expect(streamNameOf(sandbox)).toBe('recentchange@sandbox')
})

it('knows a stream again whose port is another', () => {
  const at = (port: number) => streamNameOf(`http://127.0.0.1:${port}/v2/stream/recentchange`)
  expect(at(3100)).toBe(at(40123))
})
