import type { FastifyReply, FastifyRequest } from 'fastify'
import { missingPageFor } from '../plain/missing-page.ts'
import { PROBLEM_TYPE, problemOf } from '../request-error.ts'
import { methodsOf, type RouteList } from './route-list.ts'

/** 405 with the methods there are where the path exists, else 404. */
export const answerNotFound = (routes: RouteList) => (request: FastifyRequest, reply: FastifyReply) => {
  const path = request.url.split('?')[0] ?? ''
  const methods = methodsOf(routes, path)
  const status = methods.length > 0 ? 405 : 404
  const answerBrowser = status === 404 ? missingPageFor(request) : undefined
  if (answerBrowser) return answerBrowser(request, reply)
  if (methods.length > 0) void reply.header('allow', methods.join(', '))
  return reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send(problemOf(status, `there is no ${request.method} ${path}; see /openapi.json`))
}
