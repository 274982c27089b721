import { z } from 'zod'

const outcomes = z.record(z.string(), z.string())

export const livenessSchema = z.object({ live: z.literal(true) })

export const readinessSchema = z.object({
  ready: z.boolean(),
  checks: outcomes.meta({ description: '`ok` or the reason, by what it depends on' }),
  optional: outcomes.optional().meta({ description: 'with ?verbose: the same of what it can do without' }),
  uptimeSeconds: z.number().optional(),
})

const outcome = z.enum(['ok', 'away'])

export const healthSchema = z.object({
  ready: z.boolean().meta({ description: 'whether what is shown is what is now' }),
  checks: z.object({
    registry: outcome.meta({ description: 'where the states of shards are kept' }),
    records: z.enum([...outcome.options, 'off']).meta({
      description: 'where history is kept; the live view works without. off: kept nowhere, as configured',
    }),
  }),
})

export type Health = z.infer<typeof healthSchema>
