import { STATUS_CODES } from 'node:http'
import type { Log } from '@shardlight/service'
import type { ErrorAnswer } from '@shardlight/status-client'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'
import { RecordsAwayError } from './records.ts'

const MOST_PROBLEMS = 20
const MOST_DETAIL = 500
/** Who is told that something is away asks again after so long, unless the error says otherwise. */
const AWAY_SECONDS = 2

export const PROBLEM_TYPE = 'application/problem+json'

/** Ends a request with that status, and the message for whoever asked. */
export class RequestError extends Error {
  readonly statusCode: number
  readonly retryAfterSeconds: number | undefined
  constructor(
    statusCode: number,
    message: string,
    { retryAfterSeconds, ...options }: ErrorOptions & { retryAfterSeconds?: number } = {},
  ) {
    super(message, options)
    this.statusCode = statusCode
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** RFC 9457; `error` says the same as `detail`, for those that were written for Glance or our first answers. */
export function problemOf(status: number, detail: string, problems?: string[]): ErrorAnswer {
  const text = detail.slice(0, MOST_DETAIL)
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: text,
    error: text,
    ...(problems && { problems }),
  }
}

const problemsOf = (error: ZodError) =>
  error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message))

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500
}

/** What may be told of an error; undefined when it is a fault in here. */
function toRequestError(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error
  if (error instanceof RecordsAwayError)
    return new RequestError(503, 'history is away; what is now is not', { cause: error })
  const status = statusOf(error)
  return status < 500 && error instanceof Error ? new RequestError(status, error.message) : undefined
}

/** Whoever asked is told what is wrong with it. */
export const answerErrors =
  (log: Log) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    void reply.type(PROBLEM_TYPE)
    if (error instanceof ZodError) {
      const problems = problemsOf(error)
      return reply.code(400).send(problemOf(400, problems[0] ?? 'wrong input', problems))
    }
    const known = toRequestError(error)
    if (!known) {
      log.error({ err: error, url: request.url.split('?')[0] }, 'a request failed')
      return reply.code(500).send(problemOf(500, 'internal error'))
    }
    const { statusCode, message, retryAfterSeconds } = known
    if (statusCode === 401) void reply.header('www-authenticate', 'Bearer')
    if (retryAfterSeconds !== undefined || statusCode === 503)
      void reply.header('retry-after', retryAfterSeconds ?? AWAY_SECONDS)
    return reply.code(statusCode).send(problemOf(statusCode, message))
  }
