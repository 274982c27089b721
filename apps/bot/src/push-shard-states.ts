import type { Membership } from '@shardlight/cluster/shard-process'
import type { Log } from '@shardlight/service'
import { ShardState } from '@shardlight/shard-registry'
import { startPushing } from '@shardlight/status-client'
import { type Client, version as discordVersion } from 'discord.js'
import type { ShardStates } from './shard-states.ts'
import { openStatusClient, type StatusConfig } from './status-client.ts'

export type StatePushing = AsyncDisposable & {
  pushNow(): void
  /** The layout of this process is the one that serves from now on. */
  serve(): void
}

/** Tells the status API how every shard of this process is: now, on each change, and every few seconds. */
export function pushShardStates({
  config,
  membership: { processId, shards, totalShards, isOurs },
  generation,
  isComing: isComingAtFirst,
  client,
  states,
  log,
}: {
  config: StatusConfig
  membership: Membership
  generation: number
  /** It is connected beside the layout that serves, and handles nothing yet. */
  isComing: boolean
  client: Client
  states: () => ShardStates
  log: Log
}): StatePushing {
  const statusClient = openStatusClient(config, log)
  if (!statusClient) return { pushNow() {}, serve() {}, async [Symbol.asyncDispose]() {} }
  const startedAtMs = Date.now()
  let isComing = isComingAtFirst

  const read = () => {
    // Another process may serve them by now, and knows better.
    if (!isOurs()) return undefined
    const guildsOf = new Map<number, number>()
    for (const { shardId } of client.guilds.cache.values())
      guildsOf.set(shardId, (guildsOf.get(shardId) ?? 0) + 1)
    return {
      totalShards,
      generation,
      isComing,
      process: {
        id: String(processId),
        pid: process.pid,
        version: `discord.js ${discordVersion}, Node ${process.versions.node}`,
        startedAtMs,
        memoryBytes: process.memoryUsage.rss(),
      },
      shards: shards.map(id => {
        const ping = client.ws.shards.get(id)?.ping ?? -1
        const state = states().of(id)
        return {
          id,
          state,
          // Before the first heartbeat discord.js says -1.
          pingMs: ping < 0 ? null : ping,
          ...states().reconnectsOf(id),
          guilds: state === ShardState.Starting ? null : (guildsOf.get(id) ?? 0),
        }
      }),
    }
  }

  const pushing = startPushing({ client: statusClient, read })
  return {
    pushNow: () => void pushing.pushNow(),
    serve() {
      isComing = false
      void pushing.pushNow()
    },
    async [Symbol.asyncDispose]() {
      states().set(states().last())
      await pushing.pushNow()
      await pushing[Symbol.asyncDispose]()
      await statusClient[Symbol.asyncDispose]()
    },
  }
}
