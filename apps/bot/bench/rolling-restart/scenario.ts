/** Four shard processes of four shards, each shard in so many guilds that Discord keeps some hundred events for it. */
export const SHARDS = 16
export const SHARDS_PER_PROCESS = 4
export const GUILDS_PER_SHARD = 8
export const MAX_CONCURRENCY = 16

/** In each shard: 50 messages a second. */
export const SPACING_MS = 20

export const COUNT_TO = 600
export const COUNT_STEP_MS = 1_000

/** Of load before the restart begins, and after it has ended. */
export const LEAD_MS = 4_000
export const TAIL_MS = 8_000

/**
 * discord-hybrid-sharding's waits between clusters, in ms for each shard. Its defaults, 5,500 and 7,000, are made for
 * one IDENTIFY in five seconds; here sixteen are let in at once.
 */
export const PEER_DELAY_MS = 1_000

export const contenders = ['ours', 'rolling', 'gracefulSwitch', 'respawnAll'] as const
export type ContenderName = (typeof contenders)[number]
export type PeerName = Exclude<ContenderName, 'ours'>
