import { createHash } from 'node:crypto'
import type { UptimeAnswer } from '@shardlight/status-client'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Directory } from '../directory.ts'
import type { Records } from '../records.ts'
import { RequestError } from '../request-error.ts'
import {
  firstDay,
  firstSlotMs,
  shardHistoryAnswerOf,
  unkeptShardHistoryOf,
  unkeptUptimeOf,
  uptimeAnswerOf,
} from './answers.ts'
import { type ReadNow, readDatabaseNow } from './database-clock.ts'
import { readDays, readShardSlots, readTallies } from './read-history.ts'

/** History is written every 30 s. */
const FRESH_SECONDS = 15

/** One answer for all who ask within some seconds, also while it is still being made. */
function createMemory<T>(make: (key: string) => Promise<T>) {
  const kept = new Map<string, { untilMs: number; answer: Promise<T> }>()
  return (key: string): Promise<T> => {
    const known = kept.get(key)
    if (known && performance.now() < known.untilMs) return known.answer
    const answer = make(key)
    kept.set(key, { untilMs: performance.now() + FRESH_SECONDS * 1000, answer })
    answer.catch(() => kept.delete(key))
    return answer
  }
}

/** What only says when it was asked is no news. */
function sendCached(request: FastifyRequest, reply: FastifyReply, answer: { atMs: number }): FastifyReply {
  const { atMs: _, ...told } = answer
  const tag = `W/"${createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 22)}"`
  void reply.headers({ 'cache-control': `public, max-age=${FRESH_SECONDS}`, etag: tag })
  return request.headers['if-none-match'] === tag ? reply.code(304).send() : reply.send(answer)
}

export function historyRoutes({
  directory,
  records,
  readNow = readDatabaseNow,
}: {
  directory: Directory
  records: Records
  readNow?: ReadNow
}): FastifyPluginAsync {
  const uptimeOf = createMemory((cluster: string): Promise<UptimeAnswer> => {
    return records.use(async db => {
      const nowMs = await readNow(db)
      const days = await readDays(db, cluster, firstDay(nowMs))
      const slots = await readTallies(db, cluster, firstSlotMs(nowMs))
      return uptimeAnswerOf({ cluster, nowMs, days, slots })
    })
  })

  return async app => {
    app.get<{ Params: { cluster: string } }>('/api/v2/clusters/:cluster/uptime', async (request, reply) => {
      const { name } = directory.cluster(request.params.cluster)
      if (!records.areKept) return sendCached(request, reply, unkeptUptimeOf(name, Date.now()))
      return sendCached(request, reply, await uptimeOf(name))
    })

    app.get<{ Params: { cluster: string; id: string } }>(
      '/api/v2/clusters/:cluster/shards/:id/history',
      async (request, reply) => {
        const { name, totalShards } = directory.cluster(request.params.cluster)
        const id = /^\d{1,6}$/.test(request.params.id) ? Number(request.params.id) : Number.NaN
        if (Number.isNaN(id)) throw new RequestError(400, `shard "${request.params.id}" is not a shard id`)
        if (id >= totalShards)
          throw new RequestError(404, `cluster "${name}" has ${totalShards} shards, no shard ${id}`)
        if (!records.areKept) {
          const of = { cluster: name, id, totalShards, nowMs: Date.now() }
          return sendCached(request, reply, unkeptShardHistoryOf(of))
        }
        const answer = await records.use(async db => {
          const nowMs = await readNow(db)
          const of = { cluster: name, shard: id, totalShards, fromMs: firstSlotMs(nowMs) }
          return shardHistoryAnswerOf({
            cluster: name,
            id,
            totalShards,
            nowMs,
            ...(await readShardSlots(db, of)),
          })
        })
        return sendCached(request, reply, answer)
      },
    )
  }
}
