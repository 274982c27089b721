import type { FastifyPluginAsync } from 'fastify'
import type { Feed } from './feed.ts'
import { snapshotRoute } from './snapshot-route.ts'

/** `WS /api/v2/feed?epoch=&seq=`, whose viewers are not listened to, and `GET /api/v2/snapshot` to begin with. */
export function feedRoute({ feed }: { feed: Feed }): FastifyPluginAsync {
  return async app => {
    await app.register(snapshotRoute({ feed }))
    app.get<{ Querystring: { epoch?: string; seq?: string } }>(
      '/api/v2/feed',
      { websocket: true },
      (socket, { query: { epoch, seq } }) => {
        const isPosition = epoch !== undefined && seq !== undefined && /^\d{1,12}$/.test(seq)
        feed.join(socket, isPosition ? { epoch, seq: Number(seq) } : undefined)
      },
    )
  }
}
