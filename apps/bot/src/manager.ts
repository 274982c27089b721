import { countConnections, openDatabase } from '@shardlight/database'
import { checkFlagsFile } from '@shardlight/flags'
import { createLog, createMetrics, reasonOf, runProcess, startHttp } from '@shardlight/service'
import { startTracing } from '@shardlight/tracing'
import { countCluster } from './cluster-metrics.ts'
import { keptFlags, readManagerConfig } from './config.ts'
import { watchEventLog } from './event-log-metrics.ts'
import { createManagerMetrics } from './manager-metrics.ts'
import { metricsRoutes } from './metrics-routes.ts'
import { operationsApi } from './operations-api.ts'
import { ownShards, sessionsFolder } from './own-shards.ts'
import { readShardRange } from './shard-range.ts'
import { openStatusClient } from './status-client.ts'

/** Its shard processes may take 8 s to hand over and 5 s to end. */
const STOP_TIMEOUT_MS = 20_000

runProcess(
  'manager',
  async ({ end }) => {
    const config = readManagerConfig(process.env)
    const range = readShardRange({
      given: config.SHARD_RANGE,
      totalShards: config.TOTAL_SHARDS,
      managers: config.MANAGERS,
      podName: config.POD_NAME ?? config.HOSTNAME,
      hasRedis: config.REDIS_URL !== undefined,
    })
    await checkFlagsFile({ file: config.FLAGS_FILE, kept: keptFlags(sessionsFolder(config)) })
    const log = createLog({
      name: 'manager',
      level: config.LOG_LEVEL,
      secrets: [
        config.DISCORD_TOKEN,
        config.STATUS_TOKEN,
        config.DATABASE_URL,
        config.MANAGER_TOKEN,
        config.REDIS_URL,
      ],
    })
    const metrics = createMetrics()
    const counted = createManagerMetrics(metrics)

    await using opened = new AsyncDisposableStack()
    opened.use(
      await startTracing({
        environment: process.env,
        process: {
          name: 'shardlight-manager',
          attributes: { 'service.instance.id': `${config.CLUSTER_NAME} manager ${process.pid}` },
        },
        log,
      }),
    )
    const status = openStatusClient(config, log)
    if (status) opened.use(status)
    const shards = opened.use(
      await ownShards({
        config,
        range,
        connect: () =>
          openDatabase({
            url: config.DATABASE_URL,
            applicationName: `shardlight ${config.CLUSTER_NAME} manager`,
            maxConnections: 4,
            onConnectionLost: error =>
              log.warn({ reason: reasonOf(error) }, 'a connection to PostgreSQL was lost'),
          }),
        status,
        metrics: counted,
        onFatal: reason => end(new Error(reason)),
        log,
      }),
    )
    countCluster(metrics, shards.view, shards.budget)
    countConnections(metrics, () => shards.database()?.usage())
    watchEventLog(metrics, shards.database)
    const server = opened.use(
      await startHttp({
        host: config.MANAGER_HOST,
        port: config.MANAGER_PORT,
        variable: 'MANAGER_PORT',
        metrics,
        log,
        checks: {
          async processes() {
            const { role, reason, processes } = shards.view()
            if (role === 'standby') throw new Error(`standby: ${reason}`)
            const unready = processes.filter(one => one.state !== 'ready' && one.state !== 'replacing')
            if (unready.length === 0) return
            throw new Error(
              unready
                .map(
                  one =>
                    `shard process ${one.id} is ${one.state}${one.lastEnd ? ` after ${one.lastEnd}` : ''}`,
                )
                .join(', '),
            )
          },
        },
        async routes(app) {
          await app.register(
            operationsApi({ cluster: shards.cluster, view: shards.view, token: config.MANAGER_TOKEN }),
          )
          await app.register(
            metricsRoutes({
              cluster: config.CLUSTER_NAME,
              processes: () => shards.view().processes,
              fleet: counted.fleet,
            }),
          )
        },
      }),
    )
    log.info({ port: server.port, role: shards.view().role }, 'started')
    return opened.move()
  },
  { stopTimeoutMs: STOP_TIMEOUT_MS },
)
