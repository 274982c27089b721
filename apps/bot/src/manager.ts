import { join } from 'node:path'
import { startCluster } from '@shardlight/cluster'
import { createLog, createMetrics, runProcess, startHttp } from '@shardlight/service'
import { ShardState } from '@shardlight/shard-registry'
import { countCluster } from './cluster-metrics.ts'
import { readManagerConfig, shardProcessEnvironment } from './config.ts'
import { openStatusClient } from './status-client.ts'

runProcess('manager', async ({ end }) => {
  const config = readManagerConfig(process.env)
  const log = createLog({
    name: 'manager',
    level: config.LOG_LEVEL,
    secrets: [config.DISCORD_TOKEN, config.STATUS_TOKEN, config.DATABASE_URL],
  })
  const metrics = createMetrics()

  await using opened = new AsyncDisposableStack()
  const status = openStatusClient(config, log)
  if (status) opened.use(status)
  const cluster = opened.use(
    await startCluster({
      file: join(import.meta.dirname, 'shard-process.ts'),
      token: config.DISCORD_TOKEN,
      apiUrl: config.DISCORD_API_URL,
      totalShards: config.TOTAL_SHARDS,
      shardsPerProcess: config.SHARDS_PER_PROCESS,
      environment: shardProcessEnvironment(process.env),
      events: {
        // A process that died cannot say so itself.
        onLost: ({ id, shards }) =>
          void status?.push({
            totalShards: cluster.totalShards,
            process: { id: String(id) },
            shards: shards.map(shardId => ({ id: shardId, state: ShardState.Unhealthy })),
          }),
        onFatal: reason => end(new Error(reason)),
      },
      log,
    }),
  )
  countCluster(metrics, cluster)
  const server = opened.use(
    await startHttp({
      host: config.MANAGER_HOST,
      port: config.MANAGER_PORT,
      variable: 'MANAGER_PORT',
      metrics,
      log,
      checks: {
        async processes() {
          const unready = cluster.processes().filter(one => one.state !== 'ready')
          if (unready.length === 0) return
          throw new Error(
            unready
              .map(
                one => `shard process ${one.id} is ${one.state}${one.lastEnd ? ` after ${one.lastEnd}` : ''}`,
              )
              .join(', '),
          )
        },
      },
      routes: async app => {
        app.get('/processes', async () => cluster.processes())
      },
    }),
  )
  log.info(
    { port: server.port, totalShards: cluster.totalShards, processes: cluster.processes().length },
    'started',
  )
  return opened.move()
})
