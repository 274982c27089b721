import { ConfigError, host, logLevel, port, readConfig, webAddress, wholeNumber } from '@shardlight/service'
import { z } from 'zod'

const WIKIMEDIA = /(?:^|\.)(?:wikimedia|wikipedia)\.org$/

export type IngesterConfig = ReturnType<typeof readIngesterConfig>

/** @throws {ConfigError} also where Wikimedia would be asked without saying who asks. */
export function readIngesterConfig(environment: NodeJS.ProcessEnv) {
  const config = readConfig(
    {
      DATABASE_URL: z
        .string('the address of a PostgreSQL, such as postgres://user:password@host:5432/name')
        .pipe(webAddress('postgres', 'postgresql')),
      WIKIPEDIA_STREAM_URL: webAddress('http', 'https').default(
        'https://stream.wikimedia.org/v2/stream/recentchange',
      ),
      WIKIPEDIA_CONTACT: z
        .string()
        .regex(/^[\x21-\x7e]{3,200}$/, 'expected an e-mail address or a web page')
        .optional(),
      WIKIPEDIA_KEPT_DAYS: wholeNumber(1, 3_650).default(7),
      INGESTER_PORT: port(3300),
      INGESTER_HOST: host(),
      LOG_LEVEL: logLevel(),
    },
    environment,
  )
  if (WIKIMEDIA.test(new URL(config.WIKIPEDIA_STREAM_URL).hostname) && !config.WIKIPEDIA_CONTACT) {
    throw new ConfigError([
      'WIKIPEDIA_CONTACT is not set: Wikimedia asks every client for a contact; give an e-mail address or a web page',
    ])
  }
  return config
}
