import type { FastifyPluginAsync } from 'fastify'
import type { Core } from '../core.ts'
import { readJsonBodies } from '../json-body.ts'
import { RestError } from '../rest/rest-error.ts'
import { wrong } from './control-error.ts'
import { refusal } from './guard.ts'
import { interactionCalls } from './interaction-calls.ts'
import { messageCalls } from './message-calls.ts'
import { roleCalls } from './role-calls.ts'
import { rulesCalls } from './rules-calls.ts'
import { wikipediaCalls } from './wikipedia-calls.ts'
import { worldCalls } from './world-calls.ts'

/** The control API, below `/sandbox`. */
export const controlApi =
  (core: Core): FastifyPluginAsync =>
  async app => {
    app.addHook('onRequest', async (request, reply) => {
      const reason = refusal(request.raw, core)
      if (reason !== undefined) return reply.code(403).send({ error: reason })
    })
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error instanceof RestError ? error.status : (error.statusCode ?? 500)
      if (status < 500) return reply.code(status).send({ error: error.message })
      core.log.error({ err: error, url: request.url }, 'a control call failed')
      return reply.code(500).send({ error: 'internal error' })
    })
    readJsonBodies(app, () => wrong('body', 'is not JSON'))
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send({ error: `there is no ${request.method} ${request.url.split('?')[0]}` }),
    )
    worldCalls(app, core)
    roleCalls(app, core)
    messageCalls(app, core)
    interactionCalls(app, core)
    rulesCalls(app, core)
    wikipediaCalls(app, core)
  }
