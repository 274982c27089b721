import { z } from 'zod'
import { incidentSchema } from './incident-api.ts'

/**
 * The body of a webhook: what is new since the last one, as of the moment when it was first sent. A repetition has
 * the same `webhook-id` and the same body.
 */
export const webhookBodySchema = z.object({
  type: z.literal('incidents.updated'),
  timestamp: z.iso.datetime().meta({ description: 'when this was put together' }),
  data: z.object({
    incidents: z.array(
      incidentSchema.omit({ revision: true }).extend({
        url: z
          .url()
          .optional()
          .meta({ description: 'where it is on the status page, if that has a public address' }),
        updates: incidentSchema.shape.updates.meta({ description: 'the new ones alone, the oldest first' }),
      }),
    ),
  }),
})

export type WebhookBody = z.infer<typeof webhookBodySchema>
export type WebhookIncident = WebhookBody['data']['incidents'][number]
