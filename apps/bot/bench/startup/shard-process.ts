import { appendFileSync } from 'node:fs'
import { joinCluster } from '@shardlight/cluster'
import { Client, GatewayIntentBits } from 'discord.js'
import { ClusterClient, getInfo } from 'discord-hybrid-sharding'

/**
 * The same bot for every contender: how it learns its shards and waits for its turn is what differs.
 * It notes when it is about to connect and when each shard is ready.
 */
const { CONTENDER, NOTES = '', DISCORD_API_URL = '', DISCORD_TOKEN } = process.env
const note = (what: string) =>
  appendFileSync(NOTES, `${JSON.stringify({ what, pid: process.pid, atMs: Date.now() })}\n`)

const usual = {
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  rest: { api: DISCORD_API_URL },
}

function openOurs(): Client {
  const { shards, totalShards, buildIdentifyThrottler, ready } = joinCluster()
  const client = new Client({ ...usual, shards, shardCount: totalShards, ws: { buildIdentifyThrottler } })
  client.once('clientReady', ready)
  return client
}

function openHybrid(): Client {
  const { SHARD_LIST: shards, TOTAL_SHARDS: shardCount } = getInfo()
  const client = new Client({ ...usual, shards, shardCount })
  const cluster = new ClusterClient(client)
  client.once('clientReady', () => cluster.triggerReady())
  return client
}

/** discord.js finds its shards in the environment that its ShardingManager made. */
const openPlain = () => new Client(usual)

const open = { ours: openOurs, hybrid: openHybrid, sharding: openPlain }[CONTENDER ?? '']
if (!open) throw new Error(`no contender "${CONTENDER}"`)
const client = open()
client.on('shardReady', () => note('ready'))
note('booted')
await client.login(DISCORD_TOKEN)
