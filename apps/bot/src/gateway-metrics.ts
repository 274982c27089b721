import type { Gateway } from '@shardlight/cluster/shard-process'
import { type Metrics, monotonicClock } from '@shardlight/service'
import { type Client, Events } from 'discord.js'
import { Counter, Histogram } from 'prom-client'

/** Counts how the shards of one process connect; to be called after the gateway was attached to the client. */
export function countConnects(metrics: Metrics, client: Client, gateway: Gateway): void {
  const registers = [metrics]
  const labelNames = ['how'] as const
  const connects = new Counter({
    name: 'shardlight_gateway_connects_total',
    help: 'Connections of shards that became ready, by how: resume or identify',
    labelNames,
    registers,
  })
  const losses = new Counter({
    name: 'shardlight_gateway_losses_total',
    help: 'Connections of shards that broke or that Discord closed',
    registers,
  })
  const gaps = new Histogram({
    name: 'shardlight_gateway_gap_seconds',
    help: 'From when a connection was lost until its shard was ready again in the same process, by how',
    labelNames,
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300],
    registers,
  })
  for (const how of ['resume', 'identify'] as const) {
    connects.inc({ how }, 0)
    gaps.zero({ how })
  }

  const lostAtMs = new Map<number, number>()
  const connected = (shardId: number, how: 'resume' | 'identify') => {
    // What is restored from a former process is ready for discord.js before it is connected.
    if (!gateway.isConnected(shardId)) return
    connects.inc({ how })
    const sinceMs = lostAtMs.get(shardId)
    lostAtMs.delete(shardId)
    if (sinceMs !== undefined) gaps.observe({ how }, (monotonicClock.nowMs() - sinceMs) / 1_000)
  }
  client.on(Events.ShardReady, shardId => connected(shardId, 'identify'))
  client.on(Events.ShardResume, shardId => connected(shardId, 'resume'))
  client.on(Events.ShardReconnecting, shardId => {
    if (lostAtMs.has(shardId)) return
    losses.inc()
    lostAtMs.set(shardId, monotonicClock.nowMs())
  })
}
