import type { FastifyPluginAsync } from 'fastify'
import { requireOwnOrigin } from '../websocket-origin.ts'
import type { Feed } from './feed.ts'

/** `WS /api/v2/feed?epoch=&seq=`: what viewers say is not listened to. */
export function feedRoute({
  feed,
  origins,
}: {
  feed: Feed
  origins: ReadonlySet<string>
}): FastifyPluginAsync {
  return async app => {
    app.get<{ Querystring: { epoch?: string; seq?: string } }>(
      '/api/v2/feed',
      { websocket: true, preValidation: requireOwnOrigin(origins) },
      (socket, { query: { epoch, seq } }) => {
        feed.join(socket, {
          epoch,
          seq: seq !== undefined && /^\d{1,12}$/.test(seq) ? Number(seq) : undefined,
        })
      },
    )
  }
}
