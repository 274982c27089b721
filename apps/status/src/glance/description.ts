import { type ApiDescription, cluster, inPath, json, refused, stored } from '../openapi/operations.ts'

const glance = (summary: string, more: Record<number, unknown>, ...parameters: unknown[]) => ({
  post: {
    summary,
    security: [{ glance: [] }],
    parameters: [cluster, inPath('id', 'shard id', 'integer'), ...parameters],
    responses: {
      204: stored,
      400: refused,
      401: json('missing or wrong passphrase', 'Error'),
      503: json('Redis is away; push again', 'Error'),
      ...more,
    },
  },
})

export const glanceDescription: ApiDescription = {
  schemas: {},
  paths: {
    '/api/status/{cluster}/{id}/{state}': glance(
      'Glance: sets a state',
      {},
      inPath('state', '0 to 6', 'integer'),
    ),
    '/api/health/{cluster}/{id}': glance('Glance: the shard is well', {
      409: json('the shard has had no status yet: send one', 'Error'),
    }),
  },
}
