import type { Log } from '@shardlight/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RequestError } from '../request-error.ts'
import { addressKey } from './address-key.ts'
import type { TurnedAway } from './open-doors.ts'
import type { RateLimit } from './rate-limit.ts'
import type { RouteList } from './route-list.ts'

/** Probes and Prometheus are never told to wait: they would call us down. */
const UNLIMITED = new Set(['/livez', '/readyz', '/healthz', '/metrics'])
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** What is no page is no document either: nothing in it may run, load or be framed. Pages set their own. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

/**
 * What holds for every request, before its route: headers, how often an address may read, who may open a WebSocket.
 * Writes are not counted here: they need a token, wrong ones are counted where they are refused, and the shard
 * processes of a large bot may all come from one address.
 */
export function guardRequests(
  app: FastifyInstance,
  {
    routes,
    reads,
    admitViewer,
    onTurnedAway,
    trustsProxy,
    log,
  }: {
    routes: RouteList
    reads: RateLimit
    admitViewer: (request: FastifyRequest) => void
    onTurnedAway: (door: TurnedAway) => void
    trustsProxy: boolean
    log: Log
  },
): void {
  let hasHinted = false

  function hintAtProxy({ headers }: FastifyRequest): void {
    if (trustsProxy || hasHinted || headers['x-forwarded-for'] === undefined) return
    hasHinted = true
    log.warn(
      'requests come with X-Forwarded-For, which is not believed, so all visitors count as one address: set TRUST_PROXY if there is a proxy in front',
    )
  }

  function guardRead(request: FastifyRequest): void {
    hintAtProxy(request)
    const waitSeconds = reads.take(addressKey(request.ip))
    if (waitSeconds === 0) return
    onTurnedAway('read')
    throw new RequestError(429, 'too many requests came from this address', {
      retryAfterSeconds: waitSeconds,
    })
  }

  function guardViewer(request: FastifyRequest): void {
    try {
      admitViewer(request)
    } catch (error) {
      onTurnedAway('viewer')
      throw error
    }
  }

  function guard(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header('x-content-type-options', 'nosniff')
    // Hundreds of pushes a second come this way, and need no more than that.
    if (WRITES.has(request.method) && !request.is404 && !request.ws) return
    void reply.headers(HEADERS)
    const { url } = request.routeOptions
    // What there is to read is public, also for the scripts of other sites; nothing is allowed with credentials.
    if (url?.startsWith('/api/')) void reply.header('access-control-allow-origin', '*')
    const isFeed = routes.some(route => route.isWebSocket && route.url === url)
    if (request.ws && isFeed) {
      guardViewer(request)
      return
    }
    if (request.ws || url === undefined || !UNLIMITED.has(url)) guardRead(request)
    if (request.ws) throw new RequestError(404, 'there is no WebSocket here; see /openapi.json')
    if (!isFeed) return
    void reply.header('upgrade', 'websocket')
    throw new RequestError(426, 'this is a WebSocket')
  }

  app.addHook('onRequest', (request, reply, done) => {
    try {
      guard(request, reply)
      done()
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
    }
  })
}
