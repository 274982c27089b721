import { type Clock, type Log, monotonicClock } from '@shardlight/service'
import { ClusterManager } from 'discord-hybrid-sharding'
import { forkChild } from './child.ts'
import { fetchGatewayInformation } from './identify/gateway-information.ts'
import { createIdentifyBroker, type IdentifyBroker } from './identify/identify-broker.ts'
import {
  PATIENCE,
  type Patience,
  type ShardProcessEvents,
  type ShardProcessInfo,
  superviseShardProcess,
} from './shard-process.ts'

/** Shards in order, `shardsPerProcess` to each process: `[[0, 1], [2, 3], [4]]`. */
export function layOut(totalShards: number, shardsPerProcess: number): number[][] {
  return Array.from({ length: Math.ceil(totalShards / shardsPerProcess) }, (_, id) =>
    Array.from(
      { length: Math.min(shardsPerProcess, totalShards - id * shardsPerProcess) },
      (_, offset) => id * shardsPerProcess + offset,
    ),
  )
}

export type Cluster = AsyncDisposable & {
  totalShards: number
  processes(): ShardProcessInfo[]
  /** IDENTIFYs left in Discord's day. */
  identifiesLeft(): number
}

/**
 * Starts every shard process at once; their IDENTIFYs are spaced by permits. Resolves once all are forked;
 * disposing ends each and waits until it is gone.
 */
export async function startCluster({
  file,
  token,
  apiUrl,
  totalShards: wantedShards,
  shardsPerProcess,
  environment,
  events,
  log,
  clock = monotonicClock,
  patience = PATIENCE,
}: {
  /** The program of a shard process; it calls `joinCluster`. */
  file: string
  token: string
  apiUrl: string
  totalShards: number | 'auto'
  shardsPerProcess: number
  /** All that a shard process finds in its environment, besides the token and its shards. */
  environment: NodeJS.ProcessEnv
  events: ShardProcessEvents
  log: Log
  clock?: Clock
  patience?: Patience
}): Promise<Cluster> {
  const gateway = await fetchGatewayInformation({ apiUrl, token })
  const totalShards = wantedShards === 'auto' ? gateway.recommendedShards : wantedShards
  const broker: IdentifyBroker = createIdentifyBroker({ ...gateway, clock })

  const manager = new ClusterManager(file, { mode: 'process', totalShards, token, respawn: false })
  manager.on('error', (error: Error) => log.error({ err: error }, 'a shard process could not be reached'))

  const supervised = layOut(totalShards, shardsPerProcess).map((shards, id) =>
    superviseShardProcess({
      id,
      shards,
      fork: onMessage => forkChild({ manager, id, shards, totalShards, environment, onMessage }),
      broker,
      clock,
      log,
      events,
      patience,
    }),
  )
  return {
    totalShards,
    processes: () => supervised.map(one => one.info()),
    identifiesLeft: broker.left,
    // All at once: one after the other, a large cluster would outlast every patience.
    async [Symbol.asyncDispose]() {
      await Promise.all(supervised.map(one => one[Symbol.asyncDispose]()))
    },
  }
}
