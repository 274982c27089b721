import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

const opaque = (tag: string) => tag.trim().replace(/^W\//, '')

/** Sends what is the same until it changes: 304 for who has it already. */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    type,
    body,
    told = body,
    cacheControl,
    modifiedAtMs,
  }: {
    type: string
    body: string
    /** What the tag is made from, where the body also says when it was asked. */
    told?: string
    cacheControl: string
    modifiedAtMs?: number
  },
): FastifyReply {
  const tag = `W/"${createHash('sha256').update(told).digest('base64url').slice(0, 22)}"`
  void reply.headers({ etag: tag, 'cache-control': cacheControl })
  if (modifiedAtMs !== undefined) void reply.header('last-modified', new Date(modifiedAtMs).toUTCString())
  const { 'if-none-match': known, 'if-modified-since': since } = request.headers
  const isKnown =
    known !== undefined
      ? known.split(',').some(one => one.trim() === '*' || opaque(one) === opaque(tag))
      : modifiedAtMs !== undefined &&
        since !== undefined &&
        Date.parse(since) >= Math.floor(modifiedAtMs / 1000) * 1000
  return isKnown ? reply.code(304).send() : reply.type(type).send(body)
}
