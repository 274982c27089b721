import { isShardState, type ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { Refusals } from '../doors/refusals.ts'
import { digestOf, isOneOf } from '../doors/token-digest.ts'
import type { StatusMetrics } from '../metrics.ts'
import { RequestError } from '../request-error.ts'

const MOST_BODY_BYTES = 16 * 1024

const readShard = ({ cluster, id }: { cluster: string; id: string }, total: number | undefined): number => {
  if (total === undefined) throw new RequestError(400, `cluster '${cluster}' does not exist`)
  const shard = /^\d{1,6}$/.test(id) ? Number(id) : Number.NaN
  if (!(shard < total))
    throw new RequestError(
      400,
      `shard '${id}' falls outside the range of valid shards on cluster '${cluster}', which has ${total}`,
    )
  return shard
}

/**
 * Glance's push API as bots use it today (foxbot/glance at 53fcafb), its faults mended: a missing Authorization is
 * 401, and a state that does not exist is 400.
 */
export function glancePushRoutes({
  registry,
  bots,
  passphrase,
  refusals,
  statusMetrics,
}: {
  registry: ShardRegistry
  bots: Map<string, number>
  passphrase: string | undefined
  refusals: Refusals
  statusMetrics: StatusMetrics
}): FastifyPluginAsync {
  const digests = passphrase === undefined ? [] : [digestOf(passphrase)]
  const totalOf = (cluster: string) =>
    bots.has(cluster) ? registry.cluster(cluster)?.totalShards : undefined

  /** A bot answers Glance's 409 by sending the shard's status, which health alone does not tell. */
  function requireStatus(cluster: string, shard: number): void {
    if (registry.cluster(cluster)?.get(shard)) return
    throw new RequestError(
      409,
      `shard '${shard}' is not known to the system yet, please populate your status`,
    )
  }

  async function store(cluster: string, write: Promise<void>): Promise<void> {
    try {
      await write
    } catch (cause) {
      throw new RequestError(503, 'the registry does not answer; push again', { cause })
    }
    statusMetrics.pushedShards.inc({ cluster, api: 'glance' })
  }

  return async app => {
    // Bots send whatever their HTTP library sends with an empty body: none of it means anything.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES }, async () => undefined)
    app.addHook('onRequest', async ({ ip, headers: { authorization } }) =>
      refusals.guard({ ip, scope: 'glance', secret: authorization }, digest => {
        if (!authorization) throw new RequestError(401, 'Authorization: the passphrase is missing')
        if (!isOneOf(digests, digest)) throw new RequestError(401, 'Authorization: wrong passphrase')
      }),
    )

    app.post<{ Params: { cluster: string; id: string; state: string } }>(
      '/api/status/:cluster/:id/:state',
      async ({ params }, reply) => {
        const shard = readShard(params, totalOf(params.cluster))
        const state = /^\d$/.test(params.state) ? Number(params.state) : Number.NaN
        if (!isShardState(state))
          throw new RequestError(400, `state '${params.state}' does not exist: there are 0 to 6`)
        await store(params.cluster, registry.setState(params.cluster, shard, state))
        return reply.code(204).send()
      },
    )

    app.post<{ Params: { cluster: string; id: string } }>(
      '/api/health/:cluster/:id',
      async ({ params }, reply) => {
        const shard = readShard(params, totalOf(params.cluster))
        requireStatus(params.cluster, shard)
        await store(params.cluster, registry.health(params.cluster, shard))
        return reply.code(204).send()
      },
    )
  }
}
