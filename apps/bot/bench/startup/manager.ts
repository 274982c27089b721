import { join } from 'node:path'
import { startCluster } from '@shardlight/cluster'
import { createLog } from '@shardlight/service'
import { ShardingManager } from 'discord.js'
import { ClusterManager } from 'discord-hybrid-sharding'

/** Starts the same shards with one of the contenders, each as its documentation shows it. */
const { CONTENDER, DISCORD_API_URL = '', DISCORD_TOKEN = '', SHARDS = '16', PER_PROCESS = '4' } = process.env
const file = join(import.meta.dirname, 'shard-process.ts')
const totalShards = Number(SHARDS)
const shardsPerProcess = Number(PER_PROCESS)

const start: Record<string, () => Promise<unknown>> = {
  ours: () =>
    startCluster({
      file,
      token: DISCORD_TOKEN,
      apiUrl: DISCORD_API_URL,
      totalShards,
      shardsPerProcess,
      environment: process.env,
      events: { onLost: () => {}, onFatal: () => {} },
      log: createLog({ name: 'manager', level: 'silent' }),
    }),
  hybrid: () =>
    new ClusterManager(file, {
      totalShards,
      shardsPerClusters: shardsPerProcess,
      mode: 'process',
      token: DISCORD_TOKEN,
    }).spawn(),
  sharding: () => new ShardingManager(file, { totalShards, token: DISCORD_TOKEN, respawn: false }).spawn(),
}

// Those that do not end with their manager are ended by the benchmark through this channel.
process.on('disconnect', () => process.exit())
// The contenders' own children read these names for themselves.
delete process.env['SHARDS']
await start[CONTENDER ?? '']?.()
