import type { Incident, IncidentsAnswer } from '@shardlight/status-client'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Directory } from '../directory.ts'
import { RequestError } from '../request-error.ts'
import type { IncidentStore } from './incident-store.ts'
import { type IncidentWatch, RECENT } from './incident-watch.ts'
import { sendTagged } from './send-tagged.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a whole number')
  .transform(Number)

const pageSchema = z.object({
  limit: wholeNumber.refine(limit => limit >= 1 && limit <= RECENT, `expected 1 to ${RECENT}`).default(25),
  before: wholeNumber.optional(),
})

export const readId = (text: string): number => {
  const read = wholeNumber.safeParse(text)
  if (read.success) return read.data
  throw new RequestError(400, `incident "${text.slice(0, 40)}" is not an id`)
}

const updatedAtMs = ({ startedAtMs, updates }: Incident) => updates.at(-1)?.atMs ?? startedAtMs

/** Of several, when the newest update was. */
export const lastUpdatedAtMs = (incidents: readonly Incident[]): number =>
  incidents.reduce((latest, incident) => Math.max(latest, updatedAtMs(incident)), 0)

/** What anybody may read of incidents. */
export function incidentReadRoutes({
  store,
  watch,
  directory,
}: {
  store: IncidentStore
  watch: IncidentWatch
  directory: Directory
}): FastifyPluginAsync {
  async function pageOf(query: unknown, cluster?: string): Promise<Omit<IncidentsAnswer, 'atMs'>> {
    const { limit, before } = pageSchema.parse(query)
    const { revision, unresolved, recent } = await watch.current()
    const isShown = (incident: Incident) =>
      cluster === undefined ? directory.has(incident.cluster) : incident.cluster === cluster
    const isFirst = before === undefined
    // What everybody asks for is known; what lies further back is looked up.
    const isKnown = isFirst && cluster === undefined
    const past = isKnown ? recent : await store.past({ cluster, beforeId: before, limit: limit + 1 })
    const page = past.slice(0, limit)
    return {
      revision,
      open: isFirst ? unresolved.filter(isShown) : [],
      past: page.filter(isShown),
      nextBefore:
        past.length > limit || (isKnown && past.length === RECENT) ? (page.at(-1)?.id ?? null) : null,
    }
  }

  function send(request: FastifyRequest, reply: FastifyReply, page: Omit<IncidentsAnswer, 'atMs'>) {
    return sendTagged(request, reply, {
      type: JSON_TYPE,
      body: JSON.stringify({ ...page, atMs: Date.now() } satisfies IncidentsAnswer),
      told: JSON.stringify(page),
      cacheControl: 'no-cache',
    })
  }

  return async app => {
    app.get('/api/v2/incidents', async (request, reply) => send(request, reply, await pageOf(request.query)))

    app.get<{ Params: { cluster: string } }>(
      '/api/v2/clusters/:cluster/incidents',
      async (request, reply) => {
        const { name } = directory.cluster(request.params.cluster)
        return send(request, reply, await pageOf(request.query, name))
      },
    )

    app.get<{ Params: { id: string } }>('/api/v2/incidents/:id', async (request, reply) => {
      const id = readId(request.params.id)
      const { unresolved, recent } = await watch.current()
      const incident = [...unresolved, ...recent].find(one => one.id === id) ?? (await store.find(id))
      if (!incident || !directory.has(incident.cluster))
        throw new RequestError(404, `there is no incident ${id}`)
      return sendTagged(request, reply, {
        type: JSON_TYPE,
        body: JSON.stringify(incident),
        cacheControl: 'no-cache',
      })
    })
  }
}
