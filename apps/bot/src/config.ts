import { flag, host, logLevel, port, readConfig, webAddress, wholeNumber } from '@shardlight/service'
import { z } from 'zod'

const shards = z.union(
  [z.literal('auto'), wholeNumber(1, 100_000)],
  'expected "auto" or a whole number from 1 to 100000',
)

/** What the shard processes need of it reaches them unchanged, under the same names. */
export const readManagerConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      DISCORD_TOKEN: z.string(
        'take it from the page "Bot" of the application in the Discord developer portal',
      ),
      DISCORD_API_URL: webAddress('http', 'https').default('https://discord.com/api'),
      DISCORD_MESSAGE_CONTENT: flag(),
      DATABASE_URL: z
        .string('the address of a PostgreSQL, such as postgres://user:password@host:5432/name')
        .pipe(webAddress('postgres', 'postgresql')),
      CLUSTER_NAME: z
        .string()
        .regex(/^[a-z0-9_-]{1,32}$/i, 'expected 1 to 32 letters, digits, - or _')
        .default('main'),
      TOTAL_SHARDS: shards.default('auto'),
      SHARDS_PER_PROCESS: wholeNumber(1, 1_000).default(4),
      STATUS_URL: webAddress('http', 'https').optional(),
      STATUS_TOKEN: z.string().optional(),
      MANAGER_PORT: port(3200),
      MANAGER_HOST: host(),
      LOG_LEVEL: logLevel(),
    },
    environment,
  )

export const readShardProcessConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      DISCORD_TOKEN: z.string('it comes from the manager'),
      DISCORD_API_URL: webAddress('http', 'https').default('https://discord.com/api'),
      DISCORD_MESSAGE_CONTENT: flag(),
      DATABASE_URL: webAddress('postgres', 'postgresql'),
      CLUSTER_NAME: z.string(),
      STATUS_URL: webAddress('http', 'https').optional(),
      STATUS_TOKEN: z.string().optional(),
      LOG_LEVEL: logLevel(),
    },
    environment,
  )

/** The variables of the manager that a shard process finds in its environment, and no others. */
export const SHARD_PROCESS_VARIABLES = [
  'DISCORD_API_URL',
  'DISCORD_MESSAGE_CONTENT',
  'DATABASE_URL',
  'CLUSTER_NAME',
  'STATUS_URL',
  'STATUS_TOKEN',
  'LOG_LEVEL',
  'PATH',
  'TZ',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
] as const
