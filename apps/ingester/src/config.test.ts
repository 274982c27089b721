import { describe, expect, it } from 'vitest'
import { readIngesterConfig } from './config.ts'

const DATABASE_URL = 'postgres://127.0.0.1/shardlight'

describe("the ingester's configuration", () => {
  it.each([
    [{}, /^WIKIPEDIA_CONTACT is not set: Wikimedia asks every client for a contact/],
    [{ INGESTER_MODE: 'stream-to-kafka' }, /^KAFKA_BROKERS is not set: stream-to-kafka needs it/],
    [{ INGESTER_MODE: 'kafka' }, /^INGESTER_MODE="kafka": expected stream-to-postgresql, /],
    [
      { INGESTER_MODE: 'kafka-to-postgresql', KAFKA_BROKERS: 'kafka' },
      /^KAFKA_BROKERS="kafka": expected host:port/,
    ],
  ])('is refused with %o, with the reason', (environment, reason) => {
    expect(() => readIngesterConfig({ DATABASE_URL, ...environment })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(reason) }),
    )
  })
})
