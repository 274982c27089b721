import { type ApiDescription, inQuery } from '../../openapi/operations.ts'

const feed = (summary: string, type: string) => ({
  get: {
    summary,
    parameters: [inQuery('cluster', 'only what concerns that cluster')],
    responses: {
      200: { description: summary, content: { [type]: { schema: { type: 'string' } } } },
      304: { description: 'the same as the ETag in If-None-Match' },
      404: { description: 'there is no such cluster' },
      503: { description: 'PostgreSQL is away' },
    },
  },
})

export const syndicationDescription: ApiDescription = {
  schemas: {},
  paths: {
    '/feed.atom': feed('Incidents and maintenance for readers of Atom', 'application/atom+xml'),
    '/feed.rss': feed('Incidents and maintenance for readers of RSS', 'application/rss+xml'),
    '/feed.json': feed('Incidents and maintenance as JSON Feed 1.1', 'application/feed+json'),
  },
}
