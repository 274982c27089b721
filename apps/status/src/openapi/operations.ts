import { z } from 'zod'

/** What one folder of routes says of itself: merged into `/openapi.json`. */
export type ApiDescription = {
  schemas: Record<string, z.core.JSONSchema.BaseSchema>
  paths: Record<string, Record<string, unknown>>
}

/** Made from the very schema that a request is read with, or an answer is made by. */
export const described = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' })

/** Errors are problems of RFC 9457; everything else is plain JSON. */
export const json = (description: string, schema: string) => ({
  description,
  content: {
    [schema === 'Error' ? 'application/problem+json' : 'application/json']: {
      schema: { $ref: `#/components/schemas/${schema}` },
    },
  },
})

export const text = (description: string, mediaType: string) => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' } } },
})

export const inPath = (name: string, description: string, type = 'string') => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type },
})

export const inQuery = (name: string, description: string, type = 'string') => ({
  name,
  in: 'query',
  description,
  schema: { type },
})

export const cluster = inPath('cluster', 'the name of the cluster: one bot with all its shards')
export const stored = { description: 'stored' }
export const refused = json('what is wrong, by field', 'Error')

/** An operation that writes with the token of its cluster. */
export const pushed = (summary: string, body: string) => ({
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

/** Besides what an operation answers, that of one which tells by a tag whether it has anything new. */
export const sameAsKnown = { 304: { description: 'the same as the ETag in If-None-Match' } }

/** An operation that anybody may read. */
export const read = (summary: string, answer: string, ...parameters: unknown[]) => ({
  get: {
    summary,
    parameters,
    responses: { 200: json(summary, answer), 400: refused, 404: json('there is no such thing', 'Error') },
  },
})
