import { join } from 'node:path'
import { flag, host, logLevel, port, readConfig, webAddress, wholeNumber } from '@shardlight/service'
import { tracingEnvironment } from '@shardlight/tracing'
import { z } from 'zod'

const shards = z.union(
  [z.literal('auto'), wholeNumber(1, 100_000)],
  'expected "auto" or a whole number from 1 to 100000',
)

/** What the manager and its shard processes read alike. */
const shared = {
  DISCORD_TOKEN: z.string('take it from the page "Bot" of the application in the Discord developer portal'),
  DISCORD_API_URL: webAddress('http', 'https').default('https://discord.com/api'),
  DISCORD_MESSAGE_CONTENT: flag(),
  DATABASE_URL: z
    .string('the address of a PostgreSQL, such as postgres://user:password@host:5432/name')
    .pipe(webAddress('postgres', 'postgresql')),
  CLUSTER_NAME: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 _ . -')
    .default('main'),
  STATUS_URL: webAddress('http', 'https').optional(),
  STATUS_TOKEN: z.string().optional(),
  EVENTS_KEPT_DAYS: wholeNumber(1, 3_650).optional(),
  FLAGS_FILE: z.string().optional(),
  LOG_LEVEL: logLevel(),
}

export const readManagerConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      ...shared,
      TOTAL_SHARDS: shards.default('auto'),
      SHARD_RANGE: z.string().optional(),
      MANAGERS: wholeNumber(1, 10_000).optional(),
      POD_NAME: z.string().optional(),
      HOSTNAME: z.string().optional(),
      REDIS_URL: webAddress('redis', 'rediss').optional(),
      DATA_DIR: z.string().default('.data'),
      IDENTIFY_SHARE_PERCENT: wholeNumber(1, 100).default(50),
      MANAGER_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
      SHARDS_PER_PROCESS: wholeNumber(1, 1_000).default(4),
      MANAGER_PORT: port(3200),
      MANAGER_HOST: host(),
    },
    environment,
  )

export type ManagerConfig = ReturnType<typeof readManagerConfig>

export const readShardProcessConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig({ ...shared, SESSIONS_DIR: z.string() }, environment)

export type ShardProcessConfig = ReturnType<typeof readShardProcessConfig>

/** Where the last good flags are kept, in the folder of the sessions. */
export const keptFlags = (sessions: string): string => join(sessions, 'flags.json')

const systemVariables = ['PATH', 'TZ', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE']

/**
 * All that a shard process finds in its environment besides its shards.
 * @param sessions where it keeps its sessions for the process that comes after it
 */
export const shardProcessEnvironment = (
  environment: NodeJS.ProcessEnv,
  sessions: string,
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    [...Object.keys(shared).flatMap(name => [name, `${name}_FILE`]), ...systemVariables].map(name => [
      name,
      environment[name],
    ]),
  ),
  ...tracingEnvironment(environment),
  SESSIONS_DIR: sessions,
  // discord-hybrid-sharding hands over the token itself.
  DISCORD_TOKEN_FILE: undefined,
})
