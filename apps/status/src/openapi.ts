import { noticesPushSchema, pushSchema } from '@shardlight/shard-registry'
import {
  clusterAnswerSchema,
  clustersAnswerSchema,
  errorAnswerSchema,
  guildAnswerSchema,
  shardAnswerSchema,
} from '@shardlight/status-client'
import { z } from 'zod'

const schemas = {
  Push: z.toJSONSchema(pushSchema, { io: 'input' }),
  Notices: z.toJSONSchema(noticesPushSchema, { io: 'input' }),
  Clusters: z.toJSONSchema(clustersAnswerSchema, { io: 'input' }),
  Cluster: z.toJSONSchema(clusterAnswerSchema, { io: 'input' }),
  Shard: z.toJSONSchema(shardAnswerSchema, { io: 'input' }),
  Guild: z.toJSONSchema(guildAnswerSchema, { io: 'input' }),
  Error: z.toJSONSchema(errorAnswerSchema, { io: 'input' }),
}

const json = (description: string, schema: keyof typeof schemas) => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})

const inPath = (name: string, description: string, type = 'string') => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type },
})

const cluster = inPath('cluster', 'the name of the cluster: one bot with all its shards')
const stored = { description: 'stored' }
const refused = json('what is wrong, by field', 'Error')

const pushed = (summary: string, body: keyof typeof schemas) => ({
  summary,
  security: [{ bearer: [] }],
  parameters: [cluster],
  requestBody: { required: true, ...json('what is told', body) },
  responses: {
    204: stored,
    400: refused,
    401: json('missing or wrong token', 'Error'),
    404: json('the cluster has no token', 'Error'),
    503: json('Redis is away; push again', 'Error'),
  },
})

const read = (summary: string, answer: keyof typeof schemas, ...parameters: unknown[]) => ({
  get: {
    summary,
    parameters,
    responses: { 200: json(summary, answer), 400: refused, 404: json('there is no such thing', 'Error') },
  },
})

const glance = (summary: string, ...parameters: unknown[]) => ({
  post: {
    summary,
    security: [{ glance: [] }],
    parameters: [cluster, inPath('id', 'shard id', 'integer'), ...parameters],
    responses: { 204: stored, 400: refused, 401: json('missing or wrong passphrase', 'Error') },
  },
})

/** Made from the very schemas that requests are read with. */
export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Shardlight status API',
    version: '2.0.0',
    description:
      'States: 0 Unknown, 1 Unhealthy, 2 Offline, 3 Online, 4 Starting, 5 Stopping, 6 Resuming. ' +
      'Changes are streamed over WebSocket at /api/v2/feed (hello, snapshot, changes, beat) and, as Glance did, at /api/feed.',
  },
  paths: {
    '/api/v2/clusters/{cluster}/shards': {
      post: pushed('One push for a whole shard process: states, which count as health', 'Push'),
    },
    '/api/v2/clusters/{cluster}/notices': {
      put: pushed(
        'All that one source has to tell of the cluster; gone 60 s after it was last told, so repeat it',
        'Notices',
      ),
    },
    '/api/v2/clusters': read('All clusters, summed up', 'Clusters'),
    '/api/v2/clusters/{cluster}': read('A snapshot of one cluster', 'Cluster', cluster, {
      name: 'compact',
      in: 'query',
      description: 'true leaves `shards` out; `states` says the same in one digit a shard',
      schema: { type: 'boolean' },
    }),
    '/api/v2/clusters/{cluster}/shards/{id}': read(
      'One shard',
      'Shard',
      cluster,
      inPath('id', 'shard id', 'integer'),
    ),
    '/api/v2/clusters/{cluster}/guilds/{guildId}': read(
      'The shard of a guild',
      'Guild',
      cluster,
      inPath('guildId', 'the exact id; read it as a string, it does not fit into a double'),
    ),
    '/api/status/{cluster}/{id}/{state}': glance(
      'Glance: sets a state',
      inPath('state', '0 to 6', 'integer'),
    ),
    '/api/health/{cluster}/{id}': glance('Glance: the shard is well'),
  },
  components: {
    schemas,
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'the token of the cluster, from STATUS_TOKENS' },
      glance: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'GLANCE_PASSPHRASE, as it is',
      },
    },
  },
}
