import type { FastifyPluginAsync } from 'fastify'
import { encodingFor, headersOf } from '../encoded-body.ts'
import type { Snapshot } from '../snapshots.ts'
import type { Feed } from './feed.ts'
import { createSnapshotBodies } from './snapshot-body.ts'

/**
 * A second in a cache turns any number of readers into one request a second. An older one is good too while a newer
 * is fetched: whoever opens the feed at its position is told all that it misses, for a minute back.
 */
const CACHE_CONTROL = 'public, max-age=1, stale-while-revalidate=10, stale-if-error=10'

/** Weak: the same states, as true or as stale, whatever the encoding; totals and times may be some seconds newer. */
const entityTag = ({ epoch, seq, version }: Snapshot) => `W/"${epoch}.${seq}.${version}"`

function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  const opaque = (one: string) => one.trim().replace(/^W\//, '')
  return (ifNoneMatch ?? '').split(',').some(one => one.trim() === '*' || opaque(one) === opaque(tag))
}

/** `GET /api/v2/snapshot`: the very frame with which the feed begins, for caches and for a first paint. */
export function snapshotRoute({ feed }: { feed: Feed }): FastifyPluginAsync {
  const bodyOf = createSnapshotBodies()
  return async app => {
    app.get('/api/v2/snapshot', async ({ headers }, reply) => {
      const snapshot = feed.snapshot()
      const tag = entityTag(snapshot)
      void reply.headers({ etag: tag, 'cache-control': CACHE_CONTROL, vary: 'accept-encoding' })
      if (isKnown(headers['if-none-match'], tag)) return reply.code(304).send()
      const encoding = encodingFor(headers['accept-encoding'])
      void reply.type('application/json; charset=utf-8').headers(headersOf(encoding))
      return reply.send(await bodyOf(snapshot, encoding))
    })
  }
}
