import { noticesPushSchema, pushSchema, type ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { createSecret } from '../access.ts'
import type { StatusMetrics } from '../metrics.ts'
import { RequestError } from '../request-error.ts'

/** 20,000 shards in one push are about 1.2 MB. */
const MOST_PUSH_BYTES = 4 * 1024 * 1024
/** As many notices as there may be, each of as many shards as it may name. */
const MOST_NOTICES_BYTES = 512 * 1024

type OfCluster = { Params: { cluster: string } }

/** Refuses who does not have the token of the cluster. */
function requireToken(tokens: Map<string, string>) {
  const secrets = new Map([...tokens].map(([cluster, token]) => [cluster, createSecret(token)]))
  return async ({ headers, params: { cluster } }: FastifyRequest<OfCluster>) => {
    const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
    if (token === undefined)
      throw new RequestError(401, 'Authorization: Bearer and the token of the cluster are needed')
    const isToken = secrets.get(cluster)
    if (!isToken) throw new RequestError(404, `cluster "${cluster}" has no token; STATUS_TOKENS gives it one`)
    if (!isToken(token)) throw new RequestError(401, `this is not the token of cluster "${cluster}"`)
  }
}

async function stored(storing: Promise<void>): Promise<void> {
  try {
    await storing
  } catch (cause) {
    throw new RequestError(503, 'the registry does not answer; push again', { cause })
  }
}

/**
 * `POST /api/v2/clusters/:cluster/shards`: one push for a whole shard process.
 * `PUT /api/v2/clusters/:cluster/notices`: what else there is to say of the cluster.
 */
export function pushRoutes({
  registry,
  tokens,
  statusMetrics,
}: {
  registry: ShardRegistry
  tokens: Map<string, string>
  statusMetrics: StatusMetrics
}): FastifyPluginAsync {
  // Before the body is read: who may not push shall not make the server parse.
  const onRequest = requireToken(tokens)

  return async app => {
    app.post<OfCluster>(
      '/api/v2/clusters/:cluster/shards',
      { bodyLimit: MOST_PUSH_BYTES, onRequest },
      async ({ params: { cluster }, body }, reply) => {
        const beganAtMs = performance.now()
        const push = pushSchema.parse(body)
        await stored(registry.push(cluster, push))
        statusMetrics.pushedShards.inc({ cluster, api: 'v2' }, push.shards.length)
        statusMetrics.pushSeconds.observe((performance.now() - beganAtMs) / 1000)
        return reply.code(204).send()
      },
    )

    app.put<OfCluster>(
      '/api/v2/clusters/:cluster/notices',
      { bodyLimit: MOST_NOTICES_BYTES, onRequest },
      async ({ params: { cluster }, body }, reply) => {
        await stored(registry.setNotices(cluster, noticesPushSchema.parse(body)))
        return reply.code(204).send()
      },
    )
  }
}
