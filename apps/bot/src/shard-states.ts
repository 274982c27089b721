import type { Gateway } from '@shardlight/cluster/shard-process'
import { ShardState } from '@shardlight/shard-registry'
import { type Client, Events } from 'discord.js'

export type Reconnects = { reconnects: number; reconnectedAtMs: number | null }

export type ShardStates = {
  /** Of one shard, now. */
  of(shardId: number): ShardState
  /** How often it came back after its connection was lost, since this process began. */
  reconnectsOf(shardId: number): Reconnects
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
  gateway: Pick<Gateway, 'isConnected'>
  shards: number[]
  onChange: () => void
}): ShardStates {
  const states = new Map<number, ShardState>(shards.map(id => [id, ShardState.Starting]))
  let last: ShardState = ShardState.Offline
  const reconnects = new Map<number, Reconnects>()
  const lost = new Set<number>()
  const lose = (shardId: number, state: ShardState) => {
    // Until it was connected there is nothing to lose.
    if (states.get(shardId) === ShardState.Online) lost.add(shardId)
    move(shardId, state)
  }
  const move = (shardId: number, state: ShardState) => {
    if (states.get(shardId) === state) return
    states.set(shardId, state)
    onChange()
  }
  // A shard whose guilds were restored is not yet connected.
  const comeUp = (id: number) => {
    if (!gateway.isConnected(id)) return move(id, ShardState.Resuming)
    if (lost.delete(id))
      reconnects.set(id, {
        reconnects: (reconnects.get(id)?.reconnects ?? 0) + 1,
        reconnectedAtMs: Date.now(),
      })
    move(id, ShardState.Online)
  }
  client.on(Events.ShardReady, comeUp)
  client.on(Events.ShardResume, comeUp)
  client.on(Events.ShardReconnecting, id => lose(id, ShardState.Resuming))
  client.on(Events.ShardDisconnect, (_, id) => lose(id, ShardState.Offline))
  return {
    of: shardId => states.get(shardId) ?? ShardState.Unknown,
    reconnectsOf: shardId => reconnects.get(shardId) ?? { reconnects: 0, reconnectedAtMs: null },
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
