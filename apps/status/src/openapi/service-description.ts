import { healthSchema, livenessSchema, readinessSchema } from '@shardlight/status-client'
import { type ApiDescription, described, inQuery, json, text } from './operations.ts'

const probe = (summary: string, schema: string, ...parameters: unknown[]) => ({
  get: { summary, parameters, responses: { 200: json(summary, schema) } },
})

const readiness = (summary: string, schema: string, ...parameters: unknown[]) => ({
  get: {
    summary,
    parameters,
    responses: { 200: json('ready', schema), 503: json('not ready, and why', schema) },
  },
})

const feed = (summary: string, description: string, ...parameters: unknown[]) => ({
  get: {
    summary,
    description,
    parameters,
    responses: {
      101: { description: 'a WebSocket' },
      403: json('a page of another origin, which STATUS_ORIGINS does not list', 'Error'),
      426: json('asked for without an upgrade to a WebSocket', 'Error'),
      503: json('there are as many viewers as there may be', 'Error'),
    },
  },
})

/** What every process has, and the feeds, of which OpenAPI can tell in words only. */
export const serviceDescription: ApiDescription = {
  schemas: {
    Liveness: described(livenessSchema),
    Readiness: described(readinessSchema),
    Health: described(healthSchema),
  },
  paths: {
    '/livez': probe('The process lives, whatever it depends on', 'Liveness'),
    '/readyz': readiness(
      'What it depends on answers',
      'Readiness',
      inQuery('verbose', 'also tells of what it can do without'),
    ),
    '/healthz': readiness('The same in short, for people and what watches the page for them', 'Health'),
    '/metrics': {
      get: {
        summary: 'Metrics for Prometheus',
        responses: { 200: text('the metrics', 'text/plain') },
      },
    },
    '/openapi.json': {
      get: {
        summary: 'This description',
        responses: {
          200: {
            description: 'OpenAPI 3.1',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        },
      },
    },
    '/api/v2/feed': feed(
      'WebSocket: a snapshot, then changes',
      'Frames are JSON: first `hello`, then `snapshot` unless the position asked for could be resumed, then `changes`, each one seq further, and `beat` every two seconds. Another epoch means that history was lost; a snapshot follows. Viewers have nothing to say: one that sends a message is closed with 1008.',
      inQuery('epoch', 'where the viewer stood, as the last frame said'),
      inQuery('seq', 'where the viewer stood, as the last frame said', 'integer'),
    ),
    '/api/feed': feed(
      'WebSocket: the feed as Glance has it',
      'Frames are `{op, payload}`: `hello`, `state_update` and `health_ping`.',
    ),
  },
}
