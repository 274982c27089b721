import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, problemOf } from '../request-error.ts'

/** An address that cannot be read never reaches a route, nor the error handler. */
export function answerFrameworkError(
  error: { statusCode?: number | undefined },
  _: FastifyRequest,
  reply: FastifyReply,
): void {
  const status = error.statusCode === 414 ? 414 : 400
  void reply
    .code(status)
    .headers({ 'x-content-type-options': 'nosniff' })
    .type(PROBLEM_TYPE)
    .send(problemOf(status, 'the address cannot be read'))
}

const statusByCode: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }

/** What is no HTTP, or too slow or too long for it: there is no request yet, only a connection. */
export function answerConnectionError(error: Error & { code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = problemOf(statusByCode[error.code] ?? 400, 'the request cannot be read')
  const body = JSON.stringify(problem)
  if (socket.writable)
    socket.write(
      [
        `HTTP/1.1 ${problem.status} ${problem.title}`,
        `content-type: ${PROBLEM_TYPE}`,
        `content-length: ${Buffer.byteLength(body)}`,
        'x-content-type-options: nosniff',
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    )
  socket.destroy(error)
}
