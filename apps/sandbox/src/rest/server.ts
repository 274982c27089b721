import { setTimeout as sleep } from 'node:timers/promises'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Core } from '../core.ts'
import { readJsonBodies } from '../json-body.ts'
import { createBuckets } from './buckets.ts'
import { createBotLimits } from './limits.ts'
import { banned, failed, type Outcome, tooMany } from './outcome.ts'
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
    readJsonBodies(app, () => new RestError(400, 50_109, 'The request body contains invalid JSON.'))

    async function outcomeOf(
      route: RestRoute,
      request: FastifyRequest<Typed>,
      path: string,
    ): Promise<Outcome> {
      const stop = banned(limits)
      if (stop) return stop
      let headers: Record<string, string> = {}
      try {
        const faulty429 = faults.rest('rest-429', route.method, path)
        if (faulty429) return tooMany(limits, faulty429.retryAfterMs, faulty429.scope)
        const faultyStatus = faults.rest('rest-status', route.method, path)
        if (faultyStatus) throw new RestError(faultyStatus.status, 0, `${faultyStatus.status}: by a fault`)
        const { authorization = '' } = request.headers
        if (!route.byInteractionToken) {
          if (!authorization.startsWith('Bot ') || !credentials.accepts(authorization.slice(4)))
            throw unauthorized()
          const waitMs = limits.takeGlobal()
          if (waitMs > 0) return tooMany(limits, waitMs, 'global')
        }
        const { params, query, host } = request
        const bucket = buckets.take(route, params)
        headers = bucket.headers
        if (bucket.exceeded) {
          const answer = tooMany(limits, bucket.retryAfterMs, 'user')
          return { ...answer, headers: { ...headers, ...answer.headers } }
        }
        const { body, files } = await contentOf(request)
        const answer = await route.handle({ params, query, body, files, host, core })
        return {
          status: answer.status ?? (answer.body === undefined ? 204 : 200),
          headers,
          body: answer.body,
        }
      } catch (error) {
        const outcome = failed(error, { limits, log: core.log, url: request.url })
        return { ...outcome, headers: { ...headers, ...outcome.headers } }
      }
    }

    async function answer(route: RestRoute, request: FastifyRequest<Typed>, reply: FastifyReply) {
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
      app.route<Typed>({
        method: route.method,
        url: PREFIX + route.path,
        exposeHeadRoute: false,
        errorHandler: (error, request, reply) => {
          const { status, body } = failed(error, { limits, log: core.log, url: request.url })
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

type Typed = { Params: Record<string, string>; Querystring: RestRequest['query'] }

async function contentOf(request: FastifyRequest<Typed>): Promise<{ body: unknown; files: UploadedFile[] }> {
  return request.isMultipart() ? readUpload(request) : { body: request.body ?? {}, files: [] }
}
