import type { Log } from '@shardlight/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'

const MOST_PROBLEMS = 20

/** Ends a request with that status and `{error}`. */
export class RequestError extends Error {
  readonly statusCode: number
  constructor(statusCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.statusCode = statusCode
  }
}

const problemsOf = (error: ZodError) =>
  error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))

/** Whoever pushed is told the field that is wrong; what went wrong in here is only logged. */
export const answerErrors =
  (log: Log) => (error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof ZodError) {
      const problems = problemsOf(error)
      return reply.code(400).send({ error: problems[0] ?? 'wrong input', problems })
    }
    const status = error.statusCode ?? 500
    if (status === 401) void reply.header('www-authenticate', 'Bearer')
    if (status >= 500 && !(error instanceof RequestError))
      log.error({ err: error, url: request.url }, 'a request failed')
    return reply
      .code(status)
      .send({ error: status >= 500 && !(error instanceof RequestError) ? 'internal error' : error.message })
  }
