import {
  ConfigError,
  flag,
  host,
  logLevel,
  port,
  readConfig,
  webAddress,
  wholeNumber,
} from '@shardlight/service'
import { z } from 'zod'
import { WIKIMEDIA_STREAM } from './stream-name.ts'

const WIKIMEDIA = /(?:^|\.)(?:wikimedia|wikipedia)\.org$/

const brokers = z
  .string()
  .regex(/^[\w.-]+:\d{1,5}(?:,[\w.-]+:\d{1,5})*$/, 'expected host:port, with commas between several')
  .transform(text => text.split(','))

export type IngesterConfig = ReturnType<typeof readIngesterConfig>

/** @throws {ConfigError} also where Wikimedia would be asked without saying who asks. */
export function readIngesterConfig(environment: NodeJS.ProcessEnv) {
  const config = readConfig(
    {
      INGESTER_MODE: z
        .enum(
          ['stream-to-postgresql', 'stream-to-kafka', 'kafka-to-postgresql'],
          'expected stream-to-postgresql, stream-to-kafka or kafka-to-postgresql',
        )
        .default('stream-to-postgresql'),
      DATABASE_URL: z
        .string('the address of a PostgreSQL, such as postgres://user:password@host:5432/name')
        .pipe(webAddress('postgres', 'postgresql')),
      WIKIPEDIA_STREAM_URL: webAddress('http', 'https').default(WIKIMEDIA_STREAM),
      WIKIPEDIA_CONTACT: z
        .string()
        .regex(/^[\x21-\x7e]{3,200}$/, 'expected an e-mail address or a web page')
        .optional(),
      WIKIPEDIA_KEPT_DAYS: wholeNumber(1, 3_650).default(7),
      KAFKA_BROKERS: brokers.default([]),
      KAFKA_TOPIC: z
        .string()
        .regex(/^[\w.-]{1,249}$/, 'expected a name of letters, digits, dots, dashes and underscores')
        .default('wikipedia.recentchange'),
      KAFKA_GROUP: z
        .string()
        .regex(/^\S{1,200}$/, 'expected a name without spaces')
        .default('shardlight-ingester'),
      KAFKA_TLS: flag(),
      KAFKA_USERNAME: z.string().optional(),
      KAFKA_PASSWORD: z.string().optional(),
      INGESTER_PORT: port(3300),
      INGESTER_HOST: host(),
      LOG_LEVEL: logLevel(),
    },
    environment,
  )
  const { INGESTER_MODE: mode } = config
  if (mode !== 'stream-to-postgresql' && config.KAFKA_BROKERS.length === 0) {
    throw new ConfigError([`KAFKA_BROKERS is not set: ${mode} needs it, such as kafka-1:9092,kafka-2:9092`])
  }
  if ((config.KAFKA_USERNAME === undefined) !== (config.KAFKA_PASSWORD === undefined)) {
    throw new ConfigError(['KAFKA_USERNAME and KAFKA_PASSWORD go together: set both or none'])
  }
  if (mode === 'kafka-to-postgresql') return config
  if (WIKIMEDIA.test(new URL(config.WIKIPEDIA_STREAM_URL).hostname) && !config.WIKIPEDIA_CONTACT) {
    throw new ConfigError([
      'WIKIPEDIA_CONTACT is not set: Wikimedia asks every client for a contact; give an e-mail address or a web page',
    ])
  }
  return config
}
