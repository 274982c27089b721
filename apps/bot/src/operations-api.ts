import { createHash, timingSafeEqual } from 'node:crypto'
import { type Cluster, OperationRefusedError, OperationRunningError } from '@shardlight/cluster'
import type { RequestBudgetView } from '@shardlight/cluster/requests'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'

/** The body of `POST /operations`. */
export const operationRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('restart') }),
  z.strictObject({ kind: z.literal('reshard'), totalShards: z.int().min(1).max(100_000) }),
  z.strictObject({ kind: z.literal('drain') }),
])

export type OperationRequest = z.infer<typeof operationRequest>

/** What the manager is to its shards; the body of `GET /cluster`. */
export type ClusterView = {
  role: 'owner' | 'standby'
  /** Of a standby: whom it waits for, or what it cannot reach. */
  reason: string | null
  totalShards: number | null
  generation: number | null
  processes: ReturnType<Cluster['processes']>
  identifies: ReturnType<Cluster['identifies']> | null
  /** Of the bot's REST requests. */
  requests: RequestBudgetView | null
  operation: ReturnType<Cluster['operation']>
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Operations for whoever has the token; without one they are switched off. What is only read needs none. */
export function operationsApi({
  cluster,
  token,
  view,
}: {
  /** Absent while this manager is a standby. */
  cluster: () => Cluster | undefined
  token: string | undefined
  view: () => ClusterView
}): FastifyPluginAsync {
  const isAllowed = (authorization = '') =>
    token !== undefined && timingSafeEqual(digest(authorization), digest(`Bearer ${token}`))

  return async app => {
    app.get('/processes', async () => cluster()?.processes() ?? [])
    app.get('/cluster', async () => view())

    app.post('/operations', async ({ headers, body }, reply) => {
      if (token === undefined)
        return reply
          .code(403)
          .send({ error: 'operations are switched off: set MANAGER_TOKEN to switch them on' })
      if (!isAllowed(headers.authorization))
        return reply
          .code(401)
          .header('www-authenticate', 'Bearer')
          .send({ error: 'the token is missing or wrong: send "Authorization: Bearer …" with MANAGER_TOKEN' })
      const request = operationRequest.safeParse(body)
      if (!request.success)
        return reply.code(400).send({
          error: `expected {"kind": "restart"}, {"kind": "reshard", "totalShards": N} or {"kind": "drain"}: ${z.prettifyError(request.error)}`,
        })
      const owned = cluster()
      if (!owned)
        return reply.code(409).send({ error: 'this manager is a standby: ask the one that owns the shards' })
      try {
        return reply.code(202).send(begin(owned, request.data))
      } catch (error) {
        if (error instanceof OperationRunningError || error instanceof OperationRefusedError)
          return reply.code(409).send({ error: error.message })
        throw error
      }
    })
  }
}

function begin(cluster: Cluster, request: OperationRequest) {
  if (request.kind === 'restart') return cluster.restart()
  return request.kind === 'drain' ? cluster.drain() : cluster.reshard(request.totalShards)
}
