import {
  createBudgetedRequests,
  createFleetReporter,
  joinCluster,
  keepToken,
  type Membership,
  openGateway,
} from '@shardlight/cluster/shard-process'
import { countConnections, openDatabase } from '@shardlight/database'
import {
  allFeatures,
  cacheOptions,
  type Features,
  prepareFeatures,
  requiredIntents,
  restOptions,
  startFeatures,
  trimPacket,
} from '@shardlight/features'
import { openFlags } from '@shardlight/flags'
import {
  createLog,
  createMetrics,
  type Lifetime,
  type Log,
  monotonicClock,
  processMetrics,
  reasonOf,
  runProcess,
  startHttp,
} from '@shardlight/service'
import { ShardState } from '@shardlight/shard-registry'
import { startTracing } from '@shardlight/tracing'
import { Client, Events } from 'discord.js'
import { keptFlags, readShardProcessConfig, type ShardProcessConfig } from './config.ts'
import { explainClose } from './final-close.ts'
import { countConnects } from './gateway-metrics.ts'
import { pushShardStates } from './push-shard-states.ts'
import { followShardStates, type ShardStates } from './shard-states.ts'

/** A discord.js Client of this process's shards. Not yet logged in. */
function createClient(
  config: ShardProcessConfig,
  membership: Membership,
  ws: ReturnType<typeof openGateway>['ws'],
): Client<true> {
  const requests = createBudgetedRequests({
    take: membership.takeRequest,
    report: membership.reportRequest,
  })
  const client = new Client({
    ...cacheOptions(),
    intents: requiredIntents({ messageContent: config.DISCORD_MESSAGE_CONTENT }),
    shards: membership.shards,
    shardCount: membership.totalShards,
    allowedMentions: { parse: [] },
    rest: restOptions({ apiUrl: config.DISCORD_API_URL, budget: requests }),
    ws,
  }) as Client<true>
  requests.watch(client.rest)
  keepToken(client.rest, config.DISCORD_TOKEN)
  return client
}

/** What cannot be mended by trying again ends the whole bot; all else is discord.js's to mend. */
function watchForTrouble(client: Client, membership: Membership, lifetime: Lifetime, log: Log): void {
  client.on(Events.Error, error => log.error({ err: error }, 'discord.js reported an error'))
  client.on(Events.ShardError, (error, shardId) =>
    log.warn({ err: error, shardId }, 'a gateway connection failed'),
  )
  client.on(Events.ShardDisconnect, ({ code }, shardId) => {
    const reason = explainClose(shardId, code)
    membership.fatal(reason)
    lifetime.end(new Error(reason))
  })
}

runProcess('shard process', async lifetime => {
  const membership = joinCluster({ onLeaseLost: reason => lifetime.end(new Error(reason)) })
  const config = readShardProcessConfig(process.env)
  const { processId, shards, totalShards } = membership
  const log = createLog({
    name: 'shard-process',
    level: config.LOG_LEVEL,
    secrets: [config.DISCORD_TOKEN, config.STATUS_TOKEN, config.DATABASE_URL],
  }).child({ process: processId })
  const metrics = createMetrics()

  await using opened = new AsyncDisposableStack()
  opened.use(
    await startTracing({
      environment: process.env,
      process: {
        name: 'shardlight-shard-process',
        attributes: {
          'service.instance.id': `${config.CLUSTER_NAME} process ${processId} ${process.pid}`,
          'shardlight.shard.ids': shards,
        },
      },
      log,
    }),
  )
  opened.use(membership)
  const database = opened.use(
    await openDatabase({
      url: config.DATABASE_URL,
      applicationName: `shardlight ${config.CLUSTER_NAME} process ${processId}`,
      onConnectionLost: error => log.warn({ reason: reasonOf(error) }, 'a connection to PostgreSQL was lost'),
    }),
  )
  countConnections(metrics, database.usage)
  // While another process still serves these shards.
  const prepared = opened.use(
    await prepareFeatures({
      features: allFeatures,
      database,
      eventsKeptDays: config.EVENTS_KEPT_DAYS,
      log,
    }),
  )
  const flags = opened.use(
    await openFlags({
      file: config.FLAGS_FILE,
      kept: keptFlags(config.SESSIONS_DIR),
      features: allFeatures.map(({ name }) => name),
      cluster: config.CLUSTER_NAME,
      totalShards,
      clock: monotonicClock,
      log,
      metrics,
    }),
  )
  const gateway = openGateway({ membership, directory: config.SESSIONS_DIR, trim: trimPacket, log })
  const client = createClient(config, membership, gateway.ws)
  gateway.attach(client)
  countConnects(metrics, client, gateway)
  watchForTrouble(client, membership, lifetime, log)
  const states: ShardStates = followShardStates({
    client,
    gateway,
    shards,
    onChange: () => pushing?.pushNow(),
  })
  const server = opened.use(
    await startHttp({
      host: '127.0.0.1',
      port: 0,
      variable: 'none',
      metrics,
      log,
      checks: {
        database: database.check,
        async discord() {
          const missing = shards.filter(id => !gateway.isConnected(id))
          if (missing.length > 0) throw new Error(`not connected: shards ${missing.join(', ')}`)
        },
      },
      async routes(app) {
        app.get('/metrics/process', async (_, reply) =>
          reply.type(metrics.contentType).send(await processMetrics(metrics)),
        )
      },
      optional: { ...(flags.check && { flags: flags.check }) },
    }),
  )
  membership.listening(server.port)

  let pushing: ReturnType<typeof pushShardStates> | undefined
  let features: Features | undefined
  /** No more events; what runs is finished, and what goes on is left to the next process. */
  const finish = async (forgets: boolean) => {
    states.set(ShardState.Stopping)
    await gateway.close({ forgets })
    handOver.resolve()
    await features?.[Symbol.asyncDispose]()
    await pushing?.[Symbol.asyncDispose]()
  }
  let finished: Promise<void> | undefined
  const stop = (forgets = false) => {
    finished ??= finish(forgets)
    return finished
  }
  const handOver = Promise.withResolvers<void>()
  opened.use(gateway)
  opened.defer(() => stop())

  const openFeatures = async () => {
    features = await startFeatures({
      features: allFeatures,
      client,
      database,
      shards: { ids: shards, total: totalShards },
      processId,
      prepared,
      isOn: flags.isOn,
      track: gateway.track,
      clock: monotonicClock,
      log,
      metrics,
    })
    return features
  }
  const openPushing = (generation: number, isComing: boolean) => {
    pushing = pushShardStates({ config, membership, generation, isComing, client, states: () => states, log })
  }

  membership.serve({
    health: gateway.health,
    metrics: createFleetReporter(metrics, (metric, reason) =>
      log.error({ metric, reason }, 'a metric cannot be added up, it is left out'),
    ),
    async unmute(handled) {
      pushing?.serve()
      await openFeatures()
      gateway.repeatGuilds()
      gateway.gate().unmute(handled)
      await registerCommands()
    },
    remember: () => gateway.gate().remember(),
    async handOver({ forgets }) {
      states.handOver()
      // The rest ends with the process.
      void stop(forgets)
      await handOver.promise
      return gateway.gate().remembered()
    },
  })
  /** One process is enough to tell Discord which commands there are. */
  const registerCommands = async () => {
    if (shards.includes(0)) await features?.register()
  }

  const { generation, muted } = await membership.prepared()
  openPushing(generation, muted)
  if (muted) gateway.gate().mute()
  // Unfinished countdowns go on before the gateway is there.
  else await openFeatures()
  await gateway.connect(config.DISCORD_TOKEN, lifetime.signal)
  membership.ready()
  if (!muted) await registerCommands()
  return opened.move()
})
