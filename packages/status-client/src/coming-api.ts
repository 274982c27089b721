import { shardStateSchema } from '@shardlight/shard-registry'
import { z } from 'zod'

/** How many shards are in each state. */
export const countsSchema = z.object({
  unknown: z.int(),
  unhealthy: z.int(),
  offline: z.int(),
  online: z.int(),
  starting: z.int(),
  stopping: z.int(),
  resuming: z.int(),
})

/** Of several shards that a shard's guilds go to, no more than these are told one by one. */
export const MOST_TARGETS = 16

const layout = { generation: z.int().min(0), totalShards: z.int().min(1) }

const target = z.object({ id: z.int().min(0), state: shardStateSchema, stateName: z.string() })

export const comingLayoutSchema = z.object({ ...layout, counts: countsSchema })

export const comingOfShardSchema = z.object({
  ...layout,
  targets: z.int().min(1).meta({ description: 'over how many shards its guilds will be spread' }),
  shards: z.array(target).max(MOST_TARGETS).meta({ description: 'those, at most 16 of them' }),
})

export const comingOfGuildSchema = z.object({ ...layout, shard: target })

/** The layout that is being connected beside the one that serves. */
export type ComingLayout = z.infer<typeof comingLayoutSchema>
/** Where the guilds of one shard will be. */
export type ComingOfShard = z.infer<typeof comingOfShardSchema>
export type ComingOfGuild = z.infer<typeof comingOfGuildSchema>
