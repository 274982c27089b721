import { MAX_SHARDS } from '@shardlight/shard-registry'
import { incidentImpactSchema } from '@shardlight/status-client'
import { z } from 'zod'
import { textSchema, titleSchema } from './plain-text.ts'

const MOST_SHARDS = 1_000
const DAY_MS = 24 * 3_600_000
const MOST_MAINTENANCE_MS = 31 * DAY_MS

const atMs = z.int().min(0).max(8.64e15)

export const newIncidentSchema = z.object({
  title: titleSchema(),
  text: textSchema(),
  impact: incidentImpactSchema.default('minor'),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']).default('investigating'),
  shards: z
    .array(
      z
        .int()
        .min(0)
        .max(MAX_SHARDS - 1),
    )
    .max(MOST_SHARDS)
    .default([])
    .meta({ description: 'the shards that it concerns; none, the whole cluster' }),
})

/** The first four of incidents, the others of maintenance. */
export const newUpdateSchema = z.object({
  status: z.enum([
    'investigating',
    'identified',
    'monitoring',
    'resolved',
    'in_progress',
    'completed',
    'cancelled',
  ]),
  text: textSchema(),
})

export const newMaintenanceSchema = z
  .object({
    title: titleSchema(),
    text: textSchema(),
    startsAtMs: atMs.meta({ description: 'in ms since 1970; it begins by itself' }),
    endsAtMs: atMs.meta({ description: 'in ms since 1970; it ends by itself' }),
  })
  .refine(({ startsAtMs, endsAtMs }) => startsAtMs < endsAtMs, {
    path: ['endsAtMs'],
    message: 'expected an end after the start',
  })
  .refine(({ startsAtMs, endsAtMs }) => endsAtMs - startsAtMs <= MOST_MAINTENANCE_MS, {
    path: ['endsAtMs'],
    message: 'expected no more than 31 days',
  })

/** A request with the same key is the same request, and changes nothing when it comes again. */
export const requestKeySchema = z
  .string()
  .regex(/^"?[\x21\x23-\x7e]{1,128}"?$/, 'Idempotency-Key: expected 1 to 128 visible characters')
  .transform(key => key.replaceAll('"', ''))
  .optional()

export type NewIncident = z.infer<typeof newIncidentSchema>
export type NewOperatorUpdate = z.infer<typeof newUpdateSchema>
export type NewMaintenance = z.infer<typeof newMaintenanceSchema>
