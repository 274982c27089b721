import { type ApiDescription, cluster, inQuery, text } from '../openapi/operations.ts'

const label = inQuery(
  'label',
  'the words at its left, at most 40 characters; the name of what it shows if left out',
)

const badge = (summary: string, ...parameters: unknown[]) => ({
  get: {
    summary,
    parameters,
    responses: {
      200: text(summary, 'image/svg+xml'),
      304: { description: 'the same as the ETag in If-None-Match' },
      404: text('a badge that says that there is no such cluster', 'image/svg+xml'),
    },
  },
})

export const badgeDescription: ApiDescription = {
  schemas: {},
  paths: {
    '/badge.svg': badge('A badge for all clusters', inQuery('cluster', 'only that cluster'), label),
    '/badge/{cluster}.svg': badge('A badge for one cluster', cluster, label),
  },
}
