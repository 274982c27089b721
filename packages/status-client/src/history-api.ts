import { z } from 'zod'

const share = z.number().min(0).max(1)

const upShare = share.nullable().meta({
  description:
    'time up by time up or down, over all shards; null where nothing is known. Up is Online, and Resuming for at ' +
    'most a minute, as in a planned restart. Down is Unhealthy, Starting, and Resuming for longer. Offline and ' +
    'Stopping are meant, and neither up nor down. Unknown, and all time in which nobody watched, is no data',
})
const observedShare = share.meta({
  description: 'how much of the time, and of the shards, is known: up, down or switched off',
})
const problemSeconds = z.number().min(0).meta({ description: 'seconds in which at least one shard was down' })

const isKept = z
  .boolean()
  .meta({ description: 'false where no database is configured: there is nothing then' })

export const uptimeDaySchema = z.object({
  day: z.iso.date().meta({ description: 'in UTC' }),
  upShare,
  observedShare: observedShare.meta({
    description: 'as in totals; of the present day, what has passed of it',
  }),
  problemSeconds,
  worst: z
    .object({
      upShare: share.meta({ description: 'of the shards that were up or down, how many were up' }),
      atMs: z.number(),
    })
    .nullable()
    .meta({ description: 'the worst moment of the day' }),
})

export const uptimeTotalSchema = z.object({
  upShare,
  observedShare,
  problemSeconds,
  knownDays: z.number().min(0).meta({ description: 'how many days the known time adds up to' }),
})

export const uptimeAnswerSchema = z.object({
  cluster: z.string(),
  isKept,
  atMs: z.number().meta({ description: 'the time of the answer, in ms since 1970, by the database' }),
  days: z
    .array(uptimeDaySchema)
    .meta({ description: '90 days, the present one last; none where nothing is kept' }),
  totals: z.object({
    last24h: uptimeTotalSchema,
    last7d: uptimeTotalSchema.meta({ description: 'the last 7 of `days`, as far as they have passed' }),
    last30d: uptimeTotalSchema,
    last90d: uptimeTotalSchema,
  }),
})

export const shardSlotStateSchema = z.enum(['up', 'partly', 'down', 'off']).nullable().meta({
  description: 'up or down all of the known time, up for part of it, or switched off; null: no data',
})

export const shardHistoryAnswerSchema = z.object({
  cluster: z.string(),
  isKept,
  id: z.int().min(0),
  totalShards: z
    .int()
    .min(1)
    .meta({ description: 'the present layout; a shard of another one is another shard, and not told here' }),
  atMs: z.number(),
  slotSeconds: z.int().min(1),
  slots: z
    .array(z.object({ fromMs: z.number(), state: shardSlotStateSchema, upShare: share.nullable() }))
    .meta({
      description:
        'the last 24 hours, the present slot last; a share is exact to 0.4 %; none where nothing is kept',
    }),
})

export type UptimeDay = z.infer<typeof uptimeDaySchema>
export type UptimeTotal = z.infer<typeof uptimeTotalSchema>
export type UptimeAnswer = z.infer<typeof uptimeAnswerSchema>
export type ShardSlotState = z.infer<typeof shardSlotStateSchema>
export type ShardHistoryAnswer = z.infer<typeof shardHistoryAnswerSchema>
