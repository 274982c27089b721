import { createHash } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Directory } from '../directory.ts'
import type { RequireToken } from '../doors/require-token.ts'
import { RequestError } from '../request-error.ts'
import type { IncidentLedger, IncidentStore } from './incident-store.ts'
import { addUpdate, openNote, planMaintenance } from './operator-entries.ts'
import {
  newIncidentSchema,
  newMaintenanceSchema,
  newUpdateSchema,
  requestKeySchema,
} from './operator-requests.ts'
import { readId } from './read-routes.ts'
import { writeInTime } from './write-in-time.ts'

type OfCluster = { Params: { cluster: string } }
type OfIncident = { Params: { cluster: string; id: string } }

/** What operators write, with a token of their own. */
export function operatorRoutes({
  store,
  directory,
  requireOperator,
  onWrite,
}: {
  store: IncidentStore
  directory: Directory
  requireOperator: RequireToken
  onWrite: () => Promise<void>
}): FastifyPluginAsync {
  /** Writes once for each key, and answers with the incident as it is then. */
  async function write(
    request: FastifyRequest<OfCluster>,
    reply: FastifyReply,
    run: (ledger: IncidentLedger, cluster: string) => Promise<number>,
  ): Promise<FastifyReply> {
    const { name } = directory.cluster(request.params.cluster)
    const key = requestKeySchema.parse([request.headers['idempotency-key']].flat()[0])
    const asked = JSON.stringify([request.url.split('?')[0], request.body])
    const digest = createHash('sha256').update(asked).digest('base64url')
    const written = await writeInTime(store, async ledger => {
      const taken = key === undefined ? undefined : await ledger.takenRequest(name, key)
      if (taken && taken.digest !== digest)
        throw new RequestError(422, `Idempotency-Key "${key}" was another request's`)
      const id = taken?.incidentId ?? (await run(ledger, name))
      if (key !== undefined && !taken) await ledger.keepRequest(name, key, { digest, incidentId: id })
      return { isNew: !taken, incident: await ledger.find(id) }
    })
    // It is written, whether it can be read at once or not.
    await onWrite().catch(() => {})
    return reply
      .code(written.isNew ? 201 : 200)
      .header('cache-control', 'no-store')
      .send(written.incident)
  }

  const onRequest = requireOperator
  return async app => {
    app.post<OfCluster>('/api/v2/clusters/:cluster/incidents', { onRequest }, async (request, reply) => {
      const note = newIncidentSchema.parse(request.body)
      return write(request, reply, (ledger, cluster) => openNote(ledger, cluster, note))
    })

    app.post<OfIncident>(
      '/api/v2/clusters/:cluster/incidents/:id/updates',
      { onRequest },
      async (request, reply) => {
        const id = readId(request.params.id)
        const update = newUpdateSchema.parse(request.body)
        return write(request, reply, (ledger, cluster) => addUpdate(ledger, { cluster, id }, update))
      },
    )

    app.post<OfCluster>('/api/v2/clusters/:cluster/maintenance', { onRequest }, async (request, reply) => {
      const maintenance = newMaintenanceSchema.parse(request.body)
      return write(request, reply, (ledger, cluster) => planMaintenance(ledger, cluster, maintenance))
    })
  }
}
