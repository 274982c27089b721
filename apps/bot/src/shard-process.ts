import { joinCluster, type Membership } from '@shardlight/cluster'
import { openDatabase } from '@shardlight/database'
import { allFeatures, cacheOptions, requiredIntents, restOptions, startFeatures } from '@shardlight/features'
import {
  createLog,
  createMetrics,
  type Lifetime,
  type Log,
  monotonicClock,
  runProcess,
  startHttp,
} from '@shardlight/service'
import { ShardState } from '@shardlight/shard-registry'
import { Client, Events, Status } from 'discord.js'
import { readShardProcessConfig } from './config.ts'
import { explainClose } from './final-close.ts'
import { pushShardStates } from './push-shard-states.ts'
import { followShardStates, type ShardStates } from './shard-states.ts'

type Config = ReturnType<typeof readShardProcessConfig>

/** A discord.js Client of this process's shards, which asks the manager before each IDENTIFY. Not yet logged in. */
function createClient(config: Config, membership: Membership): Client<true> {
  return new Client({
    ...cacheOptions(),
    intents: requiredIntents({ messageContent: config.DISCORD_MESSAGE_CONTENT }),
    shards: membership.shards,
    shardCount: membership.totalShards,
    allowedMentions: { parse: [] },
    rest: restOptions({ apiUrl: config.DISCORD_API_URL }),
    ws: { buildIdentifyThrottler: membership.buildIdentifyThrottler },
  }) as Client<true>
}

/** Resolves when every shard of this process is connected and its guilds are there. */
async function logIn({
  client,
  config,
  membership,
  lifetime,
  log,
}: {
  client: Client<true>
  config: Config
  membership: Membership
  lifetime: Lifetime
  log: Log
}): Promise<void> {
  const giveUp = (reason: string) => {
    membership.fatal(reason)
    lifetime.end(new Error(reason))
  }
  client.on(Events.Error, error => log.error({ err: error }, 'discord.js reported an error'))
  client.on(Events.ShardError, (error, shardId) =>
    log.warn({ err: error, shardId }, 'a gateway connection failed'),
  )
  client.on(Events.ShardDisconnect, (close, shardId) => giveUp(explainClose(shardId, close.code)))
  const ready = new Promise<void>(resolve => client.once(Events.ClientReady, () => resolve()))
  await client.login(config.DISCORD_TOKEN)
  await ready
}

runProcess('shard process', async lifetime => {
  const membership = joinCluster()
  const config = readShardProcessConfig(process.env)
  const { processId, shards, totalShards } = membership
  const log = createLog({
    name: 'shard-process',
    level: config.LOG_LEVEL,
    secrets: [config.DISCORD_TOKEN, config.STATUS_TOKEN, config.DATABASE_URL],
  }).child({ process: processId })
  const metrics = createMetrics()

  await using opened = new AsyncDisposableStack()
  opened.use(membership)
  const client = createClient(config, membership)
  const states: ShardStates = followShardStates({ client, shards, onChange: () => pushing.pushNow() })
  const pushing = opened.use(pushShardStates({ config, membership, client, states: () => states, log }))
  const database = opened.use(
    await openDatabase({
      url: config.DATABASE_URL,
      applicationName: `shardlight ${config.CLUSTER_NAME} process ${processId}`,
      onConnectionLost: error => log.warn({ err: error }, 'a connection to PostgreSQL was lost'),
    }),
  )
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
          const missing = shards.filter(id => client.ws.shards.get(id)?.status !== Status.Ready)
          if (missing.length > 0) throw new Error(`not connected: shards ${missing.join(', ')}`)
        },
      },
    }),
  )
  membership.listening(server.port)

  opened.defer(() => client.destroy())
  // Unfinished countdowns go on before the gateway is there.
  client.rest.setToken(config.DISCORD_TOKEN)
  const features = opened.use(
    await startFeatures({
      features: allFeatures,
      client,
      database,
      shards: { ids: shards, total: totalShards },
      processId,
      eventsKeptDays: config.EVENTS_KEPT_DAYS,
      clock: monotonicClock,
      log,
      metrics,
    }),
  )
  await logIn({ client, config, membership, lifetime, log })
  membership.ready()
  // One process is enough to tell Discord which commands there are.
  if (shards.includes(0)) await features.register()
  opened.defer(() => states.set(ShardState.Stopping))
  return opened.move()
})
