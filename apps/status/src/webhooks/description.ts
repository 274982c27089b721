import { webhookBodySchema } from '@shardlight/status-client'
import { described } from '../openapi/operations.ts'

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
})

/** What the targets of STATUS_WEBHOOKS are sent that are no webhooks of Discord. */
export const webhookDescription = {
  schemas: { Webhook: described(webhookBodySchema) },
  webhooks: {
    incidentsUpdated: {
      post: {
        summary: 'What is new of incidents and maintenance; by Standard Webhooks (standardwebhooks.com)',
        parameters: [
          header('webhook-id', 'the same when it is sent again: who remembers it does nothing twice'),
          header('webhook-timestamp', 'when it is sent, in seconds since 1970'),
          header(
            'webhook-signature',
            'v1, and HMAC-SHA256 of id.timestamp.body in base64, for each secret of STATUS_WEBHOOK_SECRET',
          ),
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Webhook' } } },
        },
        responses: {
          '2XX': { description: 'taken' },
          '410': { description: 'gone: nothing more is sent there' },
          default: { description: 'not taken: it is sent again, after Retry-After where that is said' },
        },
      },
    },
  },
}
