import {
  MostSourcesError,
  noticesPushSchema,
  pushSchema,
  type ShardRegistry,
} from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { RequireToken } from '../doors/require-token.ts'
import type { StatusMetrics } from '../metrics.ts'
import { RequestError } from '../request-error.ts'

/** 20,000 shards in one push are about 1.2 MB. */
const MOST_PUSH_BYTES = 4 * 1024 * 1024
/** As many notices as there may be, each of as many shards as it may name. */
const MOST_NOTICES_BYTES = 512 * 1024

type OfCluster = { Params: { cluster: string } }

async function stored(storing: Promise<void>): Promise<void> {
  try {
    await storing
  } catch (cause) {
    if (cause instanceof MostSourcesError) throw new RequestError(409, cause.message, { cause })
    throw new RequestError(503, 'the registry does not answer; push again', { cause })
  }
}

/**
 * `POST /api/v2/clusters/:cluster/shards`: one push for a whole shard process.
 * `PUT /api/v2/clusters/:cluster/notices`: what else there is to say of the cluster.
 */
export function pushRoutes({
  registry,
  requirePusher,
  statusMetrics,
}: {
  registry: ShardRegistry
  requirePusher: RequireToken
  statusMetrics: StatusMetrics
}): FastifyPluginAsync {
  return async app => {
    app.post<OfCluster>(
      '/api/v2/clusters/:cluster/shards',
      { bodyLimit: MOST_PUSH_BYTES, onRequest: requirePusher },
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
      { bodyLimit: MOST_NOTICES_BYTES, onRequest: requirePusher },
      async ({ params: { cluster }, body }, reply) => {
        await stored(registry.setNotices(cluster, noticesPushSchema.parse(body)))
        return reply.code(204).send()
      },
    )
  }
}
