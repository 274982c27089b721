import { type ApiDescription, json } from '../openapi/operations.ts'
import { statuspageDocuments } from './documents.ts'

const pathOf = (summary: string, needsIncidents: boolean) => ({
  get: {
    summary: `${summary}, as Statuspage answers it`,
    externalDocs: { url: 'https://metastatuspage.com/api' },
    parameters: [],
    responses: {
      200: { description: summary, content: { 'application/json': { schema: { type: 'object' } } } },
      304: { description: 'the same as the ETag in If-None-Match' },
      ...(needsIncidents && { 503: json('PostgreSQL is away', 'Error') }),
    },
  },
})

export const statuspageDescription: ApiDescription = {
  schemas: {},
  paths: Object.fromEntries(
    statuspageDocuments.map(({ path, summary, needsIncidents }) => [
      `/api/v2/${path}`,
      pathOf(summary, needsIncidents),
    ]),
  ),
}
