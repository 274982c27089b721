/** The states of a shard, numbered as Glance numbers them (https://github.com/foxbot/glance). */
export const ShardState = {
  Unknown: 0,
  Unhealthy: 1,
  Offline: 2,
  Online: 3,
  Starting: 4,
  Stopping: 5,
  Resuming: 6,
} as const

export type ShardState = (typeof ShardState)[keyof typeof ShardState]

export type ShardStateName = keyof typeof ShardState

/** Names by number: `shardStateNames[3]` is `'Online'`. */
export const shardStateNames: readonly ShardStateName[] = [
  'Unknown',
  'Unhealthy',
  'Offline',
  'Online',
  'Starting',
  'Stopping',
  'Resuming',
]

export const isShardState = (value: number): value is ShardState =>
  Number.isInteger(value) && value >= 0 && value < shardStateNames.length

/**
 * A stop may take its time, and is meant; one that has been silent for this many timeouts hangs.
 * An Offline that was announced stays for ever.
 */
const STOPPING_TIMEOUTS = 10

/** After how many health timeouts of silence a shard in that state is Unhealthy; undefined means never. */
export function timeoutsUntilUnhealthy(state: ShardState): number | undefined {
  switch (state) {
    case ShardState.Online:
    case ShardState.Starting:
    case ShardState.Resuming:
      return 1
    case ShardState.Stopping:
      return STOPPING_TIMEOUTS
    default:
      return undefined
  }
}

/** Whether a process that reports this state shows by it that the shard is being looked after. */
export const isAlive = (state: ShardState): boolean => timeoutsUntilUnhealthy(state) !== undefined
