import { type ApiDescription, inQuery, json } from '../../openapi/operations.ts'

const feed = (summary: string, type: string, schema = 'string') => ({
  get: {
    summary,
    parameters: [inQuery('cluster', 'only what concerns that cluster')],
    responses: {
      200: { description: summary, content: { [type]: { schema: { type: schema } } } },
      304: { description: 'the same as the ETag in If-None-Match' },
      404: json('there is no such cluster', 'Error'),
      503: json('PostgreSQL is away', 'Error'),
    },
  },
})

export const syndicationDescription: ApiDescription = {
  schemas: {},
  paths: {
    '/feed.atom': feed('Incidents and maintenance for readers of Atom', 'application/atom+xml'),
    '/feed.rss': feed('Incidents and maintenance for readers of RSS', 'application/rss+xml'),
    '/feed.json': feed('Incidents and maintenance as JSON Feed 1.1', 'application/feed+json', 'object'),
  },
}
