import { ShardState } from '@shardlight/shard-registry'
import { type Client, Events } from 'discord.js'

export type ShardStates = {
  /** Of one shard, now. */
  of(shardId: number): ShardState
  set(state: ShardState): void
}

/** Follows discord.js's events for each shard of this process; `onChange` tells when one has moved. */
export function followShardStates({
  client,
  shards,
  onChange,
}: {
  client: Client
  shards: number[]
  onChange: () => void
}): ShardStates {
  const states = new Map<number, ShardState>(shards.map(id => [id, ShardState.Starting]))
  const move = (shardId: number, state: ShardState) => {
    if (states.get(shardId) === state) return
    states.set(shardId, state)
    onChange()
  }
  client.on(Events.ShardReady, id => move(id, ShardState.Online))
  client.on(Events.ShardResume, id => move(id, ShardState.Online))
  client.on(Events.ShardReconnecting, id => move(id, ShardState.Resuming))
  client.on(Events.ShardDisconnect, (_, id) => move(id, ShardState.Offline))
  return {
    of: shardId => states.get(shardId) ?? ShardState.Unknown,
    set(state) {
      for (const id of shards) states.set(id, state)
      onChange()
    },
  }
}
