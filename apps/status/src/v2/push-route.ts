import { pushSchema, type ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import { createSecret } from '../access.ts'
import type { StatusMetrics } from '../metrics.ts'
import { RequestError } from '../request-error.ts'

/** 20,000 shards in one push are about 1.2 MB. */
const MOST_PUSH_BYTES = 4 * 1024 * 1024

/** `POST /api/v2/clusters/:cluster/shards`: one push for a whole shard process. */
export function pushRoute({
  registry,
  tokens,
  statusMetrics,
}: {
  registry: ShardRegistry
  tokens: Map<string, string>
  statusMetrics: StatusMetrics
}): FastifyPluginAsync {
  const secrets = new Map([...tokens].map(([cluster, token]) => [cluster, createSecret(token)]))

  return async app => {
    app.post<{ Params: { cluster: string } }>(
      '/api/v2/clusters/:cluster/shards',
      {
        bodyLimit: MOST_PUSH_BYTES,
        // Before the body is read: who may not push shall not make the server parse.
        async onRequest({ headers, params }) {
          const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
          if (token === undefined)
            throw new RequestError(401, 'Authorization: Bearer and the token of the cluster are needed')
          const isToken = secrets.get(params.cluster)
          if (!isToken)
            throw new RequestError(
              404,
              `cluster "${params.cluster}" has no token; STATUS_TOKENS gives it one`,
            )
          if (!isToken(token))
            throw new RequestError(401, `this is not the token of cluster "${params.cluster}"`)
        },
      },
      async ({ params: { cluster }, body }, reply) => {
        const beganAtMs = performance.now()
        const push = pushSchema.parse(body)
        try {
          await registry.push(cluster, push)
        } catch (cause) {
          throw new RequestError(503, 'the registry does not answer; push again', { cause })
        }
        statusMetrics.pushedShards.inc({ cluster, api: 'v2' }, push.shards.length)
        statusMetrics.pushSeconds.observe((performance.now() - beganAtMs) / 1000)
        return reply.code(204).send()
      },
    )
  }
}
