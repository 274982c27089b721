import { type Notice, noticeSchema, pushedProcessSchema, shardStateSchema } from '@shardlight/shard-registry'
import { z } from 'zod'
import { comingLayoutSchema, comingOfGuildSchema, comingOfShardSchema, countsSchema } from './coming-api.ts'

/** A point in what a replica has told: another epoch means that its history was lost, take a new snapshot. */
const position = { epoch: z.string(), seq: z.int().min(0) }
const atMs = z.number().meta({ description: 'the time of the answer, in ms since 1970, by the server' })
/** What tells how good an answer is. */
const stamp = {
  atMs,
  staleSinceMs: z.number().nullable().meta({
    description: 'null while the picture is current; otherwise when it last was: what is told is as of then',
  }),
}

export const clusterSummarySchema = z.object({
  name: z.string(),
  totalShards: z.int().min(0).meta({ description: '0 until somebody has pushed' }),
  counts: countsSchema,
  guilds: z.int().nullable().meta({ description: 'of the shards that told it; null while none has' }),
  processes: z.int().meta({ description: 'processes that hold a shard which is up or on its way' }),
  lastPushMs: z.number().nullable(),
  coming: comingLayoutSchema
    .nullable()
    .meta({ description: 'the layout that is being connected beside this one, on the way to it' }),
  notices: z
    .array(noticeSchema)
    .meta({ description: 'what is told of it besides, the gravest first, then the oldest' }),
})

const processAnswerSchema = pushedProcessSchema.extend({ lastPushMs: z.number().optional() })

export const shardAnswerSchema = z.object({
  cluster: z.string(),
  id: z.int().min(0),
  state: shardStateSchema,
  stateName: z.string(),
  sinceMs: z.number().nullable(),
  lastHealthyMs: z.number().nullable(),
  pingMs: z.number().nullable(),
  guilds: z.int().nullable(),
  reconnects: z
    .int()
    .nullable()
    .meta({ description: 'how often it lost its connection and came back since its process began' }),
  reconnectedAtMs: z.number().nullable(),
  process: processAnswerSchema.nullable(),
  notices: z.array(noticeSchema).meta({ description: 'those that name this shard' }),
  coming: comingOfShardSchema.nullable().meta({ description: 'where its guilds will be' }),
  ...stamp,
})

export const clustersAnswerSchema = z.object({
  ...position,
  ...stamp,
  clusters: z.array(clusterSummarySchema),
})

export const clusterSnapshotSchema = clusterSummarySchema.extend({
  states: z.string().meta({ description: 'one digit a shard, its state, by shard id' }),
})

export const clusterAnswerSchema = clusterSnapshotSchema.extend({
  ...position,
  ...stamp,
  shards: z
    .array(
      shardAnswerSchema
        .omit({ cluster: true, process: true, notices: true, coming: true, atMs: true, staleSinceMs: true })
        .extend({
          processId: z.string().nullable(),
        }),
    )
    .optional()
    .meta({ description: 'left out with ?compact=true' }),
})

export const guildAnswerSchema = z.object({
  guildId: z.string(),
  totalShards: z.int(),
  shard: shardAnswerSchema,
  coming: comingOfGuildSchema.nullable().meta({ description: 'where this guild will be' }),
})

/** A problem of RFC 9457. */
export const errorAnswerSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  error: z.string().meta({ description: 'the same as `detail`' }),
  problems: z.array(z.string()).optional().meta({ description: 'each field of a body that is wrong' }),
})

export type ClusterSummary = z.infer<typeof clusterSummarySchema>
export type ClusterSnapshot = z.infer<typeof clusterSnapshotSchema>
export type ClusterAnswer = z.infer<typeof clusterAnswerSchema>
export type ShardAnswer = z.infer<typeof shardAnswerSchema>
export type ErrorAnswer = z.infer<typeof errorAnswerSchema>
export type GuildAnswer = z.infer<typeof guildAnswerSchema>

/** How good an answer is: of when, and since when it is no more than the last known picture. */
export type Stamp = { atMs: number; staleSinceMs: number | null }

/** What a batch of changes tells of one cluster. Notices are there when they have changed, and then all of them. */
export type ClusterChanges = { name: string; states: number[]; notices?: readonly Notice[] }

/** What changes of a cluster without a shard changing its state. */
export type ClusterTotals = Pick<ClusterSummary, 'name' | 'guilds' | 'processes' | 'lastPushMs' | 'coming'>

/**
 * What the feed sends. First `hello`; a `snapshot` follows unless the position that was asked for (`?epoch=&seq=`)
 * could be resumed, and again whenever the viewer was too slow or the number of shards has changed. Then `changes`,
 * each one seq further: pairs of shard id and state, flat, and notices. A `beat` carries totals and shows that the
 * line is alive.
 */
export type FeedFrame =
  | { op: 'hello'; epoch: string; seq: number; atMs: number; resumed: boolean }
  | ({ op: 'snapshot'; epoch: string; seq: number; clusters: ClusterSnapshot[] } & Stamp)
  | {
      op: 'changes'
      epoch: string
      seq: number
      atMs: number
      clusters: ClusterChanges[]
    }
  | ({
      op: 'beat'
      epoch: string
      seq: number
      clusters: ClusterTotals[]
      /** The revision of incidents: another one than before means that there is something to read. */
      incidents?: number
    } & Stamp)
