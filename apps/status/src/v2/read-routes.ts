import { type ClusterTable, readGuildId, shardOfGuild } from '@shardlight/shard-registry'
import type { ClusterAnswer, GuildAnswer } from '@shardlight/status-client'
import type { FastifyPluginAsync } from 'fastify'
import type { Directory } from '../directory.ts'
import { encodingFor, headersOf } from '../encoded-body.ts'
import { RequestError } from '../request-error.ts'
import { shardAnswerOf, shardsOf, snapshotOf, summaryOf } from './answers.ts'
import { comingOfGuild } from './coming-answers.ts'
import type { Feed } from './feed.ts'
import { createWholeClusters } from './whole-clusters.ts'

const MOST_IDS = 200
const IDS = /^\d{1,6}(,\d{1,6})*$/

/** The shards that a page of the table shows. */
function readIds(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined
  if (typeof text !== 'string' || !IDS.test(text))
    throw new RequestError(400, 'ids: expected shard ids, such as 4,7,9')
  const ids = text.split(',').map(Number)
  if (ids.length > MOST_IDS) throw new RequestError(400, `ids: expected at most ${MOST_IDS} of them`)
  return ids
}

/** What anybody may read. Answers are as fresh as the registry, large ones within a second, so nobody may cache them. */
export function readRoutes({ directory, feed }: { directory: Directory; feed: Feed }): FastifyPluginAsync {
  const clusterOf = (table: ClusterTable): ClusterAnswer => ({
    ...snapshotOf(table),
    ...feed.position(),
    ...directory.stamp(),
  })
  const wholeOf = createWholeClusters({
    make: table => ({ ...clusterOf(table), shards: shardsOf(table) }) satisfies ClusterAnswer,
  })

  return async app => {
    app.addHook('onSend', async (_, reply) => {
      reply.header('cache-control', 'no-store')
    })

    app.get('/api/v2/clusters', async () => ({
      ...feed.position(),
      ...directory.stamp(),
      clusters: directory.clusters().map(summaryOf),
    }))

    app.get<{ Params: { cluster: string }; Querystring: { compact?: string; ids?: string } }>(
      '/api/v2/clusters/:cluster',
      async ({ params, query, headers }, reply) => {
        const table = directory.cluster(params.cluster)
        if (query.compact === 'true') return clusterOf(table)
        const ids = readIds(query.ids)
        if (ids) return { ...clusterOf(table), shards: shardsOf(table, ids) } satisfies ClusterAnswer
        const encoding = encodingFor(headers['accept-encoding'])
        void reply.type('application/json; charset=utf-8').headers(headersOf(encoding))
        return reply.header('vary', 'accept-encoding').send(await wholeOf(table)(encoding))
      },
    )

    app.get<{ Params: { cluster: string; id: string } }>(
      '/api/v2/clusters/:cluster/shards/:id',
      async ({ params }) => {
        const table = directory.cluster(params.cluster)
        const id = /^\d{1,6}$/.test(params.id) ? Number(params.id) : Number.NaN
        if (Number.isNaN(id)) throw new RequestError(400, `shard "${params.id}" is not a shard id`)
        if (id >= table.totalShards)
          throw new RequestError(
            404,
            `cluster "${table.name}" has ${table.totalShards} shards, no shard ${id}`,
          )
        return shardAnswerOf(table, id, directory.stamp())
      },
    )

    app.get<{ Params: { cluster: string; guildId: string } }>(
      '/api/v2/clusters/:cluster/guilds/:guildId',
      async ({ params }): Promise<GuildAnswer> => {
        const table = directory.cluster(params.cluster)
        const read = readGuildId(params.guildId)
        if ('problem' in read) throw new RequestError(400, `guildId: ${read.problem}`)
        if (table.totalShards === 0)
          throw new RequestError(404, `cluster "${table.name}" has not told yet how many shards it has`)
        const id = shardOfGuild(read.guildId, table.totalShards)
        return {
          guildId: String(read.guildId),
          totalShards: table.totalShards,
          shard: shardAnswerOf(table, id, directory.stamp()),
          coming: comingOfGuild(table, read.guildId),
        }
      },
    )
  }
}
