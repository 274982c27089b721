import { appendFileSync } from 'node:fs'
import { joinCluster, openGateway } from '@shardlight/cluster/shard-process'
import { createLog } from '@shardlight/service'
import { Client, Events, GatewayIntentBits } from 'discord.js'
import { ClusterClient, getInfo } from 'discord-hybrid-sharding'
import { CONTENDER, DISCORD_API_URL, DISCORD_TOKEN, NOTES, numbers, SESSIONS } from './environment.ts'
import { scaledThrottler } from './scaled-throttler.ts'

/**
 * The same bot for every contender: how it learns its shards and waits for its turn is what differs.
 * It notes when each shard is ready.
 */
const usual = {
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  rest: { api: DISCORD_API_URL },
}
const scaled = {
  buildIdentifyThrottler: scaledThrottler({
    maxConcurrency: numbers.MAX_CONCURRENCY,
    scale: numbers.SCALE,
  }),
}

const noteReady = (client: Client) =>
  client.on(Events.ShardReady, shardId =>
    appendFileSync(NOTES, `${JSON.stringify({ shardId, pid: process.pid, atMs: Date.now() })}\n`),
  )

async function runOurs(): Promise<void> {
  const membership = joinCluster({ onLeaseLost: () => process.exit(1) })
  const log = createLog({ name: 'shard process', level: 'warn' })
  const gateway = openGateway({ membership, directory: SESSIONS, log })
  const client = new Client({
    ...usual,
    shards: membership.shards,
    shardCount: membership.totalShards,
    ws: gateway.ws,
  })
  noteReady(client)
  gateway.attach(client)
  membership.serve({
    health: gateway.health,
    unmute: async () => {},
    remember: () => gateway.gate().remember(),
    handOver: async () => gateway.gate().remembered(),
  })
  await membership.prepared()
  await gateway.connect(DISCORD_TOKEN)
  membership.ready()
}

async function runHybrid(): Promise<void> {
  const { SHARD_LIST: shards, TOTAL_SHARDS: shardCount } = getInfo()
  const client = new Client({ ...usual, shards, shardCount, ws: scaled })
  const cluster = new ClusterClient(client)
  noteReady(client)
  client.once(Events.ClientReady, () => cluster.triggerReady())
  await client.login(DISCORD_TOKEN)
}

/** discord.js finds its shards in the environment that its ShardingManager made. */
async function runPlain(): Promise<void> {
  const client = new Client({ ...usual, ws: scaled })
  noteReady(client)
  await client.login(DISCORD_TOKEN)
}

await { ours: runOurs, hybrid: runHybrid, sharding: runPlain }[CONTENDER]()
