import { parseArgs } from 'node:util'
import { ConfigError, host, logLevel, port, readConfig, webAddress, wholeNumber } from '@shardlight/service'
import { tracingEnvironment } from '@shardlight/tracing'
import { z } from 'zod'

const optional = () => z.string().optional()

export type LocalConfig = ReturnType<typeof readLocalConfig>

/** Everything has a default: `npm start` needs no variable at all. */
export function readLocalConfig(environment: NodeJS.ProcessEnv, args: string[]) {
  let fresh = false
  try {
    fresh = parseArgs({ args, options: { fresh: { type: 'boolean', default: false } } }).values.fresh
  } catch {
    throw new ConfigError([
      `unknown argument in "${args.join(' ')}"; there is only --fresh, which deletes what was stored`,
    ])
  }
  const variables = readConfig(
    {
      DATA_DIR: z.string().default('.data'),
      DATABASE_URL: webAddress('postgres', 'postgresql').optional(),
      REDIS_URL: webAddress('redis', 'rediss').optional(),
      DISCORD_TOKEN: optional(),
      DISCORD_API_URL: webAddress('http', 'https').optional(),
      DISCORD_MESSAGE_CONTENT: optional(),
      CLUSTER_NAME: z.string().default('main'),
      TOTAL_SHARDS: optional(),
      EVENTS_KEPT_DAYS: optional(),
      FLAGS_FILE: optional(),
      SHARD_RANGE: optional(),
      MANAGERS: optional(),
      POD_NAME: optional(),
      IDENTIFY_SHARE_PERCENT: optional(),
      SHARDS_PER_PROCESS: wholeNumber(1, 1_000).default(2),
      SANDBOX_GUILDS: optional(),
      STATUS_PORT: port(3000),
      STATUS_HOST: host(),
      STATUS_OPERATOR_TOKENS: optional(),
      STATUS_PUBLIC_URL: optional(),
      STATUS_WEBHOOKS: optional(),
      STATUS_WEBHOOK_SECRET: optional(),
      STATUS_TOKENS_FILE: optional(),
      STATUS_OPERATOR_TOKENS_FILE: optional(),
      STATUS_ORIGINS: optional(),
      STATUS_NAME: optional(),
      STATUS_LINKS: optional(),
      STATUS_LOGO: optional(),
      STATUS_ACCENT: optional(),
      STATUS_READS_PER_MINUTE: optional(),
      STATUS_REFUSALS_PER_MINUTE: optional(),
      STATUS_VIEWERS: optional(),
      STATUS_VIEWERS_PER_ADDRESS: optional(),
      TRUST_PROXY: optional(),
      SANDBOX_PORT: port(3100),
      SANDBOX_HOST: host(),
      MANAGER_PORT: port(3200),
      MANAGER_HOST: host(),
      MANAGER_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
      INGESTER_PORT: port(3300),
      INGESTER_HOST: host(),
      WIKIPEDIA_STREAM_URL: webAddress('http', 'https').optional(),
      WIKIPEDIA_CONTACT: optional(),
      WIKIPEDIA_KEPT_DAYS: optional(),
      SANDBOX_CHANGES_PER_SECOND: wholeNumber(0, 100_000).default(10),
      LOG_LEVEL: logLevel(),
    },
    environment,
  )
  return { ...variables, tracing: tracingEnvironment(environment), fresh }
}
