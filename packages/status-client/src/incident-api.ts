import { z } from 'zod'

/** `outage`: seen by the system; `note`: an incident that operators write; `maintenance`: planned by them. */
export const incidentKindSchema = z.enum(['outage', 'note', 'maintenance'])

/** From the least to the gravest. */
export const incidentImpacts = ['none', 'minor', 'major', 'critical'] as const
export const incidentImpactSchema = z.enum(incidentImpacts)

/** The first four of outages and notes, the others of maintenance. */
export const incidentStatusSchema = z.enum([
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'scheduled',
  'in_progress',
  'completed',
  'cancelled',
])

const shardRangesSchema = z
  .array(z.tuple([z.int().min(0), z.int().min(0)]))
  .meta({ description: 'pairs of the first and the last shard id' })

/** What the system has written, as data, so that a page can say it in another language. */
export const incidentFactsSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.enum(['down', 'down-too', 'down-again']).meta({
      description: 'the first; others that went down since; those of an incident that had ended a moment ago',
    }),
    processId: z.string().nullable(),
    shards: shardRangesSchema,
  }),
  z.object({
    what: z.enum(['back', 'moved', 'switched-off']).meta({
      description:
        'the shards are online again; another process or layout has them; they were switched off on purpose',
    }),
    afterMs: z.number().min(0),
  }),
  z.object({ what: z.enum(['maintenance-began', 'maintenance-ended']) }),
])

export const incidentUpdateSchema = z.object({
  id: z.int(),
  atMs: z.number(),
  by: z.enum(['system', 'operator']),
  status: incidentStatusSchema,
  text: z.string().meta({ description: 'plain text' }),
  facts: incidentFactsSchema.nullable().meta({ description: 'the same as data, of what the system wrote' }),
})

export const incidentSchema = z.object({
  id: z.int(),
  cluster: z.string(),
  kind: incidentKindSchema,
  status: incidentStatusSchema,
  impact: incidentImpactSchema,
  title: z.string().meta({ description: 'plain text' }),
  processId: z
    .string()
    .nullable()
    .meta({ description: 'of an outage: whose shards they are, where that is known' }),
  shards: shardRangesSchema.meta({ description: 'all that were ever down in it' }),
  remaining: shardRangesSchema.meta({ description: 'those that still are' }),
  startedAtMs: z.number(),
  downAtMs: z.number().nullable().meta({ description: 'of an outage: when it last went down' }),
  resolvedAtMs: z.number().nullable().meta({ description: 'of maintenance: when it ended or was cancelled' }),
  startsAtMs: z.number().nullable().meta({ description: 'of maintenance: when it is planned' }),
  endsAtMs: z.number().nullable(),
  revision: z.int().meta({ description: 'higher after each change of any incident' }),
  updates: z.array(incidentUpdateSchema).meta({ description: 'the oldest first' }),
})

/** `open`: the unresolved, on the first page only; `past`: the newest first. */
export const incidentsAnswerSchema = z.object({
  revision: z.int(),
  atMs: z.number(),
  open: z.array(incidentSchema),
  past: z.array(incidentSchema),
  nextBefore: z
    .int()
    .nullable()
    .meta({ description: 'the `before` of the next page; null when this is the last' }),
})

export type IncidentKind = z.infer<typeof incidentKindSchema>
export type IncidentImpact = z.infer<typeof incidentImpactSchema>
export type IncidentStatus = z.infer<typeof incidentStatusSchema>
export type IncidentFacts = z.infer<typeof incidentFactsSchema>
export type IncidentUpdate = z.infer<typeof incidentUpdateSchema>
export type Incident = z.infer<typeof incidentSchema>
export type IncidentsAnswer = z.infer<typeof incidentsAnswerSchema>
/** Pairs of the first and the last shard id, in order, apart from one another. */
export type ShardRanges = Incident['shards']
