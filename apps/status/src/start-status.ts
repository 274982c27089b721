import { createMetrics, type Log, listen, reasonOf } from '@shardlight/service'
import type { ShardRegistry } from '@shardlight/shard-registry'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { openRedisRegistry } from '@shardlight/shard-registry/redis'
import { buildApp } from './build-app.ts'
import type { StatusConfig } from './config.ts'
import { historyMigration } from './history/open-history.ts'
import { incidentMigration } from './incidents/open-incidents.ts'
import { noRecords, openRecords, type RecordsMigration } from './records.ts'
import { startSweeper } from './sweeper.ts'
import { webhookMigration } from './webhooks/open-webhooks.ts'

/** Says once that something is away, and once that it is back, however often it is noticed. */
function createOutage(log: Log) {
  let isOut = false
  return {
    noticed(error: unknown) {
      if (!isOut) log.error({ err: error }, `the registry is away: ${reasonOf(error)}`)
      isOut = true
    },
    over() {
      if (isOut) log.info('the registry is back')
      isOut = false
    },
  }
}

export const migrations: RecordsMigration[] = [historyMigration, incidentMigration, webhookMigration]

/** The push API, the feeds and the page, on one port. */
export async function startStatus({
  config,
  log,
}: {
  config: StatusConfig
  log: Log
}): Promise<AsyncDisposable & { port: number }> {
  await using opened = new AsyncDisposableStack()
  const { redisUrl, healthTimeoutMs } = config
  const outage = createOutage(log)
  if (redisUrl === undefined) log.info('REDIS_URL is not set: shard states are kept in memory')
  if (config.tokens.given.digests.size + config.glanceBots.size === 0 && config.tokens.file === undefined)
    log.warn('neither STATUS_TOKENS nor GLANCE_BOTS is set: nobody may push')
  if (config.trustProxy !== false && config.publicUrl === undefined)
    log.warn(
      'TRUST_PROXY is set and STATUS_PUBLIC_URL is not: links name the host that was asked for, so no cache may share what has them',
    )
  const registry: ShardRegistry = opened.use(
    redisUrl === undefined
      ? createMemoryRegistry({ healthTimeoutMs })
      : await openRedisRegistry({
          url: redisUrl,
          healthTimeoutMs,
          expected: config.glanceBots,
          onTrouble: outage.noticed,
        }),
  )
  const { databaseUrl } = config
  if (databaseUrl === undefined) log.info('DATABASE_URL is not set: uptime and incidents are not kept')
  const records = opened.use(
    databaseUrl === undefined ? noRecords() : await openRecords({ url: databaseUrl, migrations, log }),
  )
  const app = await buildApp({ registry, records, config, metrics: createMetrics(), log })
  opened.defer(() => app.close())
  opened.use(
    startSweeper({
      registry,
      intervalMs: config.sweepIntervalMs,
      healthTimeoutMs,
      onOutcome: error => (error === undefined ? outage.over() : outage.noticed(error)),
    }),
  )
  const port = await listen(app, { host: config.host, port: config.port, variable: 'STATUS_PORT' })
  log.info(`the status page is at http://${config.host}:${port}`)
  const running = opened.move()
  return { port, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
