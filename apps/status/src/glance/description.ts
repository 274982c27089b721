import { type ApiDescription, cluster, inPath, json, refused, stored } from '../openapi/operations.ts'

const glance = (summary: string, ...parameters: unknown[]) => ({
  post: {
    summary,
    security: [{ glance: [] }],
    parameters: [cluster, inPath('id', 'shard id', 'integer'), ...parameters],
    responses: { 204: stored, 400: refused, 401: json('missing or wrong passphrase', 'Error') },
  },
})

export const glanceDescription: ApiDescription = {
  schemas: {},
  paths: {
    '/api/status/{cluster}/{id}/{state}': glance(
      'Glance: sets a state',
      inPath('state', '0 to 6', 'integer'),
    ),
    '/api/health/{cluster}/{id}': glance('Glance: the shard is well'),
  },
}
