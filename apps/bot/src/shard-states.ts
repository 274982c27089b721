import type { Gateway } from '@shardlight/cluster'
import { ShardState } from '@shardlight/shard-registry'
import { type Client, Events } from 'discord.js'

export type ShardStates = {
  /** Of one shard, now. */
  of(shardId: number): ShardState
  set(state: ShardState): void
  /** Another process takes the shards over: what is said last of them is that they are being resumed. */
  handOver(): void
  /** What to say last of all. */
  last(): ShardState
}

/** Follows discord.js's events for each shard of this process; `onChange` tells when one has moved. */
export function followShardStates({
  client,
  gateway,
  shards,
  onChange,
}: {
  client: Client
  gateway: Gateway
  shards: number[]
  onChange: () => void
}): ShardStates {
  const states = new Map<number, ShardState>(shards.map(id => [id, ShardState.Starting]))
  let last: ShardState = ShardState.Offline
  const move = (shardId: number, state: ShardState) => {
    if (states.get(shardId) === state) return
    states.set(shardId, state)
    onChange()
  }
  // A shard whose guilds were restored is not yet connected.
  const comeUp = (id: number) => move(id, gateway.isConnected(id) ? ShardState.Online : ShardState.Resuming)
  client.on(Events.ShardReady, comeUp)
  client.on(Events.ShardResume, comeUp)
  client.on(Events.ShardReconnecting, id => move(id, ShardState.Resuming))
  client.on(Events.ShardDisconnect, (_, id) => move(id, ShardState.Offline))
  return {
    of: shardId => states.get(shardId) ?? ShardState.Unknown,
    set(state) {
      for (const id of shards) states.set(id, state)
      onChange()
    },
    handOver() {
      last = ShardState.Resuming
    },
    last: () => last,
  }
}
