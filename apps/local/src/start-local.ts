import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HOW_TO_GET_REDIS, startPostgres, startRedis } from '@shardlight/embedded'
import { type AppOptions, startApp } from './app-process.ts'
import type { LocalConfig } from './config.ts'
import { addressOf, checkDoors, checkSpace, type Door, lockDataDirectory } from './preflight.ts'
import { summary } from './summary.ts'

/** Only the sandbox knows this token, and it opens nothing else. */
const sandboxToken = () =>
  `${Buffer.from('sandbox').toString('base64url')}.local.${randomBytes(18).toString('base64url')}`

/** For whoever may read this machine's files: `npm run cluster` and `npm run status` find theirs there. */
async function keepToken(dataDir: string, file: 'manager.token' | 'operator.token'): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  await writeFile(join(dataDir, file), token, { mode: 0o600 })
  return token
}

/**
 * The whole system on this machine. Each app is the program that runs in production; what is not configured is
 * embedded. Disposing stops all in the reverse order.
 */
export async function startLocal({
  config,
  say,
  signal,
}: {
  config: LocalConfig
  say: (line: string) => void
  /** Gives the start up, and closes what it had opened. */
  signal: AbortSignal
}): Promise<AsyncDisposable> {
  const startedAtMs = performance.now()
  await using opened = new AsyncDisposableStack()
  const dataDir = resolve(config.DATA_DIR)
  opened.use(await lockDataDirectory(dataDir))
  const withSandbox = config.DISCORD_TOKEN === undefined
  const withWikipedia =
    withSandbox || config.WIKIPEDIA_STREAM_URL !== undefined || config.WIKIPEDIA_CONTACT !== undefined
  const doors: Record<'status' | 'sandbox' | 'manager' | 'ingester', Door> = {
    status: { variable: 'STATUS_PORT', host: config.STATUS_HOST, port: config.STATUS_PORT },
    sandbox: { variable: 'SANDBOX_PORT', host: config.SANDBOX_HOST, port: config.SANDBOX_PORT },
    manager: { variable: 'MANAGER_PORT', host: config.MANAGER_HOST, port: config.MANAGER_PORT },
    ingester: { variable: 'INGESTER_PORT', host: config.INGESTER_HOST, port: config.INGESTER_PORT },
  }
  await checkDoors([
    doors.status,
    doors.manager,
    ...(withSandbox ? [doors.sandbox] : []),
    ...(withWikipedia ? [doors.ingester] : []),
  ])
  await checkSpace(dataDir)
  if (config.fresh)
    for (const stored of ['postgres', 'postgres.password', 'sandbox.json', 'sessions', 'logs']) {
      await rm(join(dataDir, stored), { recursive: true, force: true })
    }
  await mkdir(join(dataDir, 'logs'), { recursive: true })

  const step = async <T>(name: string, start: () => Promise<T>): Promise<T> => {
    const beganAtMs = performance.now()
    const done = await start()
    say(`✓ ${name.padEnd(34)} ${((performance.now() - beganAtMs) / 1000).toFixed(1)} s`)
    return done
  }
  const app = (
    options: Omit<AppOptions, 'logFile' | 'say' | 'signal' | 'readyUrl'> & { door: Door; path?: string },
  ) =>
    step(options.name, async () => {
      const { door, name } = options
      const logFile = join(dataDir, 'logs', `${name.replaceAll(' ', '-')}.log`)
      const readyUrl = addressOf(door, '/readyz')
      opened.use(await startApp({ ...options, readyUrl, logFile, say, signal }))
    })

  const embedPostgres = async () => {
    const postgres = opened.use(await step('PostgreSQL', () => startPostgres({ directory: dataDir })))
    return postgres.url
  }
  const embedRedis = async () => {
    const redis = await startRedis()
    if (!redis) say(`· no Redis: the shard registry is kept in memory (${HOW_TO_GET_REDIS})`)
    else say('✓ Redis')
    return redis && opened.use(redis).url
  }
  const databaseUrl = config.DATABASE_URL ?? (await embedPostgres())
  const redisUrl = config.REDIS_URL ?? (await embedRedis())
  const statusToken = randomBytes(24).toString('base64url')
  const discordToken = config.DISCORD_TOKEN ?? sandboxToken()

  if (withSandbox) {
    await app({
      name: 'sandbox',
      file: 'apps/sandbox/src/main.ts',
      door: doors.sandbox,
      environment: {
        SANDBOX_PORT: String(config.SANDBOX_PORT),
        SANDBOX_HOST: config.SANDBOX_HOST,
        SANDBOX_TOKEN: discordToken,
        // As a large bot has it: nobody should wait five seconds a shard to see the system.
        SANDBOX_MAX_CONCURRENCY: '16',
        SANDBOX_FILE: join(dataDir, 'sandbox.json'),
        SANDBOX_GUILDS: config.SANDBOX_GUILDS,
        SANDBOX_CHANGES_PER_SECOND: String(config.SANDBOX_CHANGES_PER_SECOND),
        LOG_LEVEL: config.LOG_LEVEL,
      },
    })
  }
  await app({
    name: 'status page',
    file: 'apps/status/src/main.ts',
    door: doors.status,
    environment: {
      STATUS_PORT: String(config.STATUS_PORT),
      STATUS_HOST: config.STATUS_HOST,
      STATUS_TOKENS: `${config.CLUSTER_NAME}:${statusToken}`,
      STATUS_OPERATOR_TOKENS:
        config.STATUS_OPERATOR_TOKENS ?? `*:${await keepToken(dataDir, 'operator.token')}`,
      STATUS_PUBLIC_URL: config.STATUS_PUBLIC_URL,
      STATUS_WEBHOOKS: config.STATUS_WEBHOOKS,
      STATUS_WEBHOOK_SECRET: config.STATUS_WEBHOOK_SECRET,
      STATUS_TOKENS_FILE: config.STATUS_TOKENS_FILE,
      STATUS_OPERATOR_TOKENS_FILE: config.STATUS_OPERATOR_TOKENS_FILE,
      STATUS_ORIGINS: config.STATUS_ORIGINS,
      STATUS_NAME: config.STATUS_NAME,
      STATUS_LINKS: config.STATUS_LINKS,
      STATUS_LOGO: config.STATUS_LOGO,
      STATUS_ACCENT: config.STATUS_ACCENT,
      STATUS_READS_PER_MINUTE: config.STATUS_READS_PER_MINUTE,
      STATUS_REFUSALS_PER_MINUTE: config.STATUS_REFUSALS_PER_MINUTE,
      STATUS_VIEWERS: config.STATUS_VIEWERS,
      STATUS_VIEWERS_PER_ADDRESS: config.STATUS_VIEWERS_PER_ADDRESS,
      TRUST_PROXY: config.TRUST_PROXY,
      REDIS_URL: redisUrl,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: config.LOG_LEVEL,
    },
  })
  await app({
    name: 'manager and its shard processes',
    file: 'apps/bot/src/manager.ts',
    door: doors.manager,
    environment: {
      DISCORD_TOKEN: discordToken,
      DISCORD_API_URL: withSandbox ? addressOf(doors.sandbox, '/api') : config.DISCORD_API_URL,
      DISCORD_MESSAGE_CONTENT: config.DISCORD_MESSAGE_CONTENT ?? (withSandbox ? 'true' : undefined),
      DATABASE_URL: databaseUrl,
      CLUSTER_NAME: config.CLUSTER_NAME,
      TOTAL_SHARDS: config.TOTAL_SHARDS ?? (withSandbox ? '4' : undefined),
      SHARDS_PER_PROCESS: String(config.SHARDS_PER_PROCESS),
      SHARD_RANGE: config.SHARD_RANGE,
      MANAGERS: config.MANAGERS,
      POD_NAME: config.POD_NAME,
      REDIS_URL: config.REDIS_URL,
      IDENTIFY_SHARE_PERCENT: config.IDENTIFY_SHARE_PERCENT,
      EVENTS_KEPT_DAYS: config.EVENTS_KEPT_DAYS,
      FLAGS_FILE: config.FLAGS_FILE,
      STATUS_URL: addressOf(doors.status),
      STATUS_TOKEN: statusToken,
      DATA_DIR: dataDir,
      MANAGER_TOKEN: config.MANAGER_TOKEN ?? (await keepToken(dataDir, 'manager.token')),
      MANAGER_PORT: String(config.MANAGER_PORT),
      MANAGER_HOST: config.MANAGER_HOST,
      LOG_LEVEL: config.LOG_LEVEL,
      ...config.tracing,
    },
  })
  if (withWikipedia) {
    const localStream = withSandbox ? addressOf(doors.sandbox, '/v2/stream/recentchange') : undefined
    await app({
      name: 'ingester',
      file: 'apps/ingester/src/main.ts',
      door: doors.ingester,
      environment: {
        DATABASE_URL: databaseUrl,
        WIKIPEDIA_STREAM_URL: config.WIKIPEDIA_STREAM_URL ?? localStream,
        WIKIPEDIA_CONTACT: config.WIKIPEDIA_CONTACT,
        WIKIPEDIA_KEPT_DAYS: config.WIKIPEDIA_KEPT_DAYS,
        INGESTER_PORT: String(config.INGESTER_PORT),
        INGESTER_HOST: config.INGESTER_HOST,
        LOG_LEVEL: config.LOG_LEVEL,
      },
    })
  } else {
    say('· no Wikipedia: set WIKIPEDIA_CONTACT, an e-mail address or a web page that Wikimedia may ask')
  }
  say(summary({ config, dataDir, withSandbox, seconds: (performance.now() - startedAtMs) / 1000 }))
  return opened.move()
}
