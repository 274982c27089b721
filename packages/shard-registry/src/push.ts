import { z } from 'zod'
import { plainText } from './plain-text.ts'
import { ShardState } from './shard-state.ts'

/** Far above the largest bot there is; bounds what one wrong push can make the server allocate. */
export const MAX_SHARDS = 65_536
/** The last moment that a Date can hold. */
export const MAX_TIME_MS = 8_640_000_000_000_000
const MAX_BYTES = 2 ** 53
/** Room for a time in ms, which some may count by. */
const MAX_GENERATION = 2 ** 43

const shardId = z
  .int('expected a shard id')
  .min(0)
  .max(MAX_SHARDS - 1)

export const shardStateSchema = z.literal(Object.values(ShardState), 'expected a state from 0 to 6')

/**
 * One shard of a push. Of guilds what is absent stays as it was; of what is measured anew all the time, such as the
 * ping, what is absent is unknown.
 */
export const pushedShardSchema = z.object({
  id: shardId,
  state: shardStateSchema,
  pingMs: z.number().min(0).max(3_600_000).nullish(),
  guilds: z.int().min(0).max(100_000_000).nullish(),
  reconnects: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .nullish()
    .meta({ description: 'how often it lost its connection and came back since its process began' }),
  reconnectedAtMs: z
    .number()
    .min(0)
    .max(MAX_TIME_MS)
    .nullish()
    .meta({ description: 'when it last came back' }),
})

/** The OS process that holds the shards. */
export const pushedProcessSchema = z.object({
  id: z.string().regex(/^[\w.:-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 _ . : -'),
  pid: z
    .int()
    .min(0)
    .max(2 ** 32)
    .optional(),
  version: z.string().max(64).transform(plainText).optional().meta({
    description: 'of the bot and of what it is made with, as text',
  }),
  startedAtMs: z.number().min(0).max(MAX_TIME_MS).optional(),
  memoryBytes: z.number().min(0).max(MAX_BYTES).optional(),
})

/**
 * What a whole shard process says at once; it carries state and counts as health.
 * Without `totalShards` the cluster has as many as were seen.
 */
export const pushSchema = z
  .object({
    totalShards: z.int().min(1).max(MAX_SHARDS).optional(),
    generation: z.int().min(0).max(MAX_GENERATION).default(0).meta({
      description:
        'raised by one when the cluster is laid out anew, as on resharding: while the newest generation pushes, pushes of older ones change nothing',
    }),
    isComing: z.boolean().default(false).meta({
      description:
        'true while this generation is being connected beside the one that serves; it is shown as what the cluster is about to become, and takes over with its first push that does not say so',
    }),
    process: pushedProcessSchema.optional(),
    shards: z.array(pushedShardSchema).min(1, 'expected at least one shard').max(MAX_SHARDS),
  })
  .superRefine(({ totalShards, shards }, context) => {
    if (totalShards === undefined) return
    shards.forEach(({ id }, index) => {
      if (id >= totalShards)
        context.addIssue({
          code: 'custom',
          path: ['shards', index, 'id'],
          message: `shard ${id} is out of range: the push says totalShards ${totalShards}`,
        })
    })
  })

export type PushedShard = z.infer<typeof pushedShardSchema>
export type PushedProcess = z.infer<typeof pushedProcessSchema>
/** `generation` may be left out, and is then 0; so may `isComing`. */
export type Push = Omit<z.infer<typeof pushSchema>, 'generation' | 'isComing'> & {
  generation?: number | undefined
  isComing?: boolean | undefined
}

/** A cluster is one bot with all its shards; its name stands in paths, so its letters are few. */
export const clusterNameSchema = z
  .string()
  .regex(/^(?!\.{1,2}$)[\w.-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 _ . -, and neither . nor ..')
