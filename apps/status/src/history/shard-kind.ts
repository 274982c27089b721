import { ShardState } from '@shardlight/shard-registry'

/** What a shard's state means for those who use it. */
export const Kind = { up: 0, down: 1, off: 2, unknown: 3 } as const

export type Kind = (typeof Kind)[keyof typeof Kind]

/** A connection that is continued misses no event; one that is not continued within this time hangs. */
export const RESUMING_GRACE_MS = 60_000

const kinds: Record<ShardState, Kind> = {
  [ShardState.Unknown]: Kind.unknown,
  [ShardState.Unhealthy]: Kind.down,
  [ShardState.Offline]: Kind.off,
  [ShardState.Online]: Kind.up,
  [ShardState.Starting]: Kind.down,
  [ShardState.Stopping]: Kind.off,
  [ShardState.Resuming]: Kind.up,
}

/** By the number of the state. */
export const kindOf: readonly Kind[] = Object.values(ShardState).map(state => kinds[state])
