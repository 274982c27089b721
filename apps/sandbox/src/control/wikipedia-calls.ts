import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Core } from '../core.ts'
import { readInput } from './control-error.ts'

const MOST_A_CALL = 100_000

const given = z.union([
  z.strictObject({
    events: z.array(z.looseObject({ meta: z.looseObject({}).optional() })).max(MOST_A_CALL),
  }),
  z.strictObject({ ratePerSecond: z.number().min(0).max(100_000) }),
])

const listing = z.object({
  after: z.coerce.number().int().min(-1).default(-1),
  limit: z.coerce.number().int().min(1).max(MOST_A_CALL).default(1_000),
})

/** What happens on the local Wikipedia. */
export function wikipediaCalls(app: FastifyInstance, { wikipedia }: Core): void {
  const { stream, server, feeding } = wikipedia

  app.get('/wikipedia', async () => ({
    events: stream.end(),
    connections: server.connections(),
    ...server.seen,
  }))

  app.post('/wikipedia', async ({ body }) => {
    const input = readInput(given, body)
    if ('ratePerSecond' in input) {
      feeding.setRate(input.ratePerSecond)
      return input
    }
    return { events: stream.add(input.events).length }
  })

  /** All that was ever streamed, in order, as `{offset, event}`. */
  app.get('/wikipedia/events', async ({ query }) => {
    const { after, limit } = readInput(listing, query)
    return stream.from(after + 1, limit).map(({ offset, json }) => ({ offset, event: JSON.parse(json) }))
  })
}
