import { join } from 'node:path'
import { ShardingManager } from 'discord.js'
import { ClusterManager } from 'discord-hybrid-sharding'
import { CONTENDER, DISCORD_TOKEN, numbers } from './environment.ts'
import { startOurs } from './ours.ts'

/** Starts the same shards with one of the contenders, each as its documentation shows it. */
const file = join(import.meta.dirname, 'shard-process.ts')
const totalShards = Number(process.env['SHARDS'])
const { PER_PROCESS, SCALE } = numbers

/** The peers' own defaults, in ms, for a Discord whose window is five seconds. */
const HYBRID_DELAY_MS = 7_000
const SHARDING_DELAY_MS = 5_500

const start: Record<typeof CONTENDER, () => Promise<unknown>> = {
  ours: () => startOurs({ file, totalShards }),
  hybrid: () =>
    new ClusterManager(file, {
      totalShards,
      shardsPerClusters: PER_PROCESS,
      mode: 'process',
      token: DISCORD_TOKEN,
    }).spawn({ delay: HYBRID_DELAY_MS * SCALE }),
  sharding: () =>
    new ShardingManager(file, { totalShards, token: DISCORD_TOKEN, respawn: false }).spawn({
      delay: SHARDING_DELAY_MS * SCALE,
    }),
}

// Those that do not end with their manager are ended by the benchmark through this channel.
process.on('disconnect', () => process.exit())
// The contenders' own children read this name for themselves.
delete process.env['SHARDS']
await start[CONTENDER]()
