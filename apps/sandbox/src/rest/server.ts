import { setTimeout as sleep } from 'node:timers/promises'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Core } from '../core.ts'
import { createBuckets } from './buckets.ts'
import { createBotLimits } from './limits.ts'
import { notFound, RestError, unauthorized } from './rest-error.ts'
import type { RestRequest, RestRoute, UploadedFile } from './route.ts'
import { restRoutes } from './routes.ts'
import { readUpload } from './upload.ts'

const PREFIX = '/api/v10'
const MAX_UPLOAD_BYTES = 10 * 1024 * 1024

/** REST v10: every route of the table behind the same gate of token, limits and faults. */
export const restApi =
  (core: Core): FastifyPluginAsync =>
  async app => {
    const { ledger, faults, settings, credentials, clock } = core
    const buckets = createBuckets(clock)
    const limits = createBotLimits({ rules: core.rules, clock, ledger })
    await app.register(multipart, { limits: { fileSize: MAX_UPLOAD_BYTES, files: 10 } })
    acceptEmptyJson(app)

    function tooMany(retryAfterMs: number, scope: 'user' | 'global' | 'shared'): Outcome {
      const seconds = Math.ceil(retryAfterMs) / 1_000
      if (scope !== 'shared') limits.countInvalid()
      return {
        status: 429,
        headers: {
          'retry-after': String(Math.ceil(seconds)),
          'x-ratelimit-scope': scope,
          ...(scope === 'global' && { 'x-ratelimit-global': 'true' }),
        },
        body: {
          message: 'You are being rate limited.',
          retry_after: seconds,
          global: scope === 'global',
        },
      }
    }

    /** Cloudflare's answer to an address that sent 10,000 invalid requests in ten minutes. */
    function banned(): Outcome | undefined {
      const leftMs = limits.bannedForMs()
      if (leftMs === 0) return undefined
      return {
        status: 429,
        headers: { 'retry-after': String(Math.ceil(leftMs / 1_000)), 'content-type': 'text/plain' },
        body: 'error code: 1015',
      }
    }

    function fail(error: unknown, request: FastifyRequest): Outcome {
      if (error instanceof RestError) {
        if (error.status === 401 || error.status === 403) limits.countInvalid()
        return { status: error.status, headers: {}, body: error.body }
      }
      const status = statusOf(error)
      if (status !== undefined && status < 500)
        return {
          status,
          headers: {},
          body: { message: `${status}: ${messageOf(error)}`, code: status === 400 ? 50_109 : 0 },
        }
      core.log.error({ err: error, url: request.url }, 'a request failed')
      return { status: 500, headers: {}, body: { message: '500: Internal Server Error', code: 0 } }
    }

    async function outcomeOf(route: RestRoute, request: FastifyRequest, path: string): Promise<Outcome> {
      const stop = banned()
      if (stop) return stop
      let headers: Record<string, string> = {}
      try {
        const faulty429 = faults.rest('rest-429', route.method, path)
        if (faulty429) return tooMany(faulty429.retryAfterMs, faulty429.scope)
        const faultyStatus = faults.rest('rest-status', route.method, path)
        if (faultyStatus) throw new RestError(faultyStatus.status, 0, `${faultyStatus.status}: by a fault`)
        const { authorization = '' } = request.headers
        if (!route.byInteractionToken) {
          if (!authorization.startsWith('Bot ') || !credentials.accepts(authorization.slice(4)))
            throw unauthorized()
          const waitMs = limits.takeGlobal()
          if (waitMs > 0) return tooMany(waitMs, 'global')
        }
        const params = request.params as Record<string, string>
        const bucket = buckets.take(route, params)
        headers = bucket.headers
        if (bucket.exceeded) {
          const answer = tooMany(bucket.retryAfterMs, 'user')
          return { ...answer, headers: { ...headers, ...answer.headers } }
        }
        const { body, files } = await contentOf(request)
        const query = request.query as RestRequest['query']
        const answer = await route.handle({ params, query, body, files, core })
        return {
          status: answer.status ?? (answer.body === undefined ? 204 : 200),
          headers,
          body: answer.body,
        }
      } catch (error) {
        const failed = fail(error, request)
        return { ...failed, headers: { ...headers, ...failed.headers } }
      }
    }

    async function answer(route: RestRoute, request: FastifyRequest, reply: FastifyReply) {
      ledger.request(!route.byInteractionToken)
      const path = request.url.slice(PREFIX.length).split('?')[0] ?? ''
      const delay = faults.rest('rest-delay', route.method, path)
      const waitMs = settings.latencyMs + (delay?.ms ?? 0)
      if (waitMs > 0) await sleep(waitMs)
      const { status, headers, body } = await outcomeOf(route, request, path)
      ledger.answered(status)
      if (faults.rest('lose-response', route.method, path)) {
        reply.hijack()
        request.raw.socket.destroy()
        return reply
      }
      return reply.code(status).headers(headers).send(body)
    }

    for (const route of restRoutes) {
      app.route({
        method: route.method,
        url: PREFIX + route.path,
        exposeHeadRoute: false,
        errorHandler: (error, request, reply) => {
          const { status, body } = fail(error, request)
          ledger.answered(status)
          return reply.code(status).send(body)
        },
        handler: (request, reply) => answer(route, request, reply),
      })
    }
    app.all('/api/*', (_, reply) => {
      ledger.request(true)
      ledger.rest.unknown++
      ledger.answered(404)
      return reply.code(404).send(notFound().body)
    })
  }

type Outcome = { status: number; headers: Record<string, string>; body: unknown }

/** discord.js names JSON as the type of some requests that have no body. */
function acceptEmptyJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text.toString()))
    } catch {
      done(new RestError(400, 50_109, 'The request body contains invalid JSON.'))
    }
  })
}

async function contentOf(request: FastifyRequest): Promise<{ body: unknown; files: UploadedFile[] }> {
  return request.isMultipart() ? readUpload(request) : { body: request.body ?? {}, files: [] }
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
