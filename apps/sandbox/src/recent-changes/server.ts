import type { ServerResponse } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { type ChangeStream, idOf, type StreamItem } from './stream.ts'

const PIECE = 200
/** The real stream ends every connection after a quarter of an hour. */
const CUT_AFTER_MS = 900_000
const CONNECTIONS_PER_ADDRESS = 2
const RETRY_AFTER_SECONDS = 1

const position = z.array(z.looseObject({ timestamp: z.number().optional(), offset: z.number().optional() }))

export type StreamServer = ReturnType<typeof createStreamServer>

/** Where a client wants to go on: `Last-Event-ID` or `?since=`; undefined for from now on, null for nonsense. */
function startOf(
  stream: ChangeStream,
  lastEventId: string | undefined,
  since: string | undefined,
): number | undefined | null {
  if (lastEventId !== undefined) {
    let parsed: unknown
    try {
      parsed = JSON.parse(lastEventId)
    } catch {
      return null
    }
    const read = position.safeParse(parsed)
    if (!read.success) return null
    const stamps = read.data.flatMap(({ timestamp }) => (timestamp === undefined ? [] : [timestamp]))
    if (stamps.length > 0) return stream.offsetAt(Math.max(...stamps))
    const offsets = read.data.flatMap(({ offset }) =>
      offset !== undefined && offset >= 0 ? [offset + 1] : [],
    )
    return offsets.length > 0 ? Math.max(...offsets) : undefined
  }
  if (since === undefined) return undefined
  const atMs = /^\d+$/.test(since) ? Number(since) : Date.parse(since)
  return Number.isFinite(atMs) ? stream.offsetAt(atMs) : null
}

/** `GET /v2/stream/recentchange`, with the real stream's behaviours and, on demand, its faults. */
export function createStreamServer({
  stream,
  cutAfterMs = CUT_AFTER_MS,
}: {
  stream: ChangeStream
  cutAfterMs?: number
}) {
  const open = new Map<ServerResponse, string>()
  let refusals: { status: number; left: number } | undefined
  let doubled = 0
  const seen = { connects: 0, refused: 0, mostAtOnce: 0 }

  function send(response: ServerResponse, items: StreamItem[]): boolean {
    let text = ''
    for (const item of items) {
      const event = `event: message\nid: ${idOf(item)}\ndata: ${item.json}\n\n`
      const isDoubled = doubled > 0
      if (isDoubled) doubled--
      text += isDoubled ? event + event : event
    }
    return response.write(text)
  }

  function serve(response: ServerResponse, from: number): void {
    let next = from
    let isFull = false
    const pump = () => {
      while (!isFull && !response.destroyed && !response.writableEnded) {
        const items = stream.from(next, PIECE)
        const last = items.at(-1)
        if (!last) return
        next = last.offset + 1
        isFull = !send(response, items)
      }
    }
    response.on('drain', () => {
      isFull = false
      pump()
    })
    const following = stream.onMore(pump)
    const cut = setTimeout(() => response.end(), cutAfterMs)
    response.on('close', () => {
      clearTimeout(cut)
      following[Symbol.dispose]()
      open.delete(response)
    })
    response.write(':ok\n\n')
    pump()
  }

  const routes: FastifyPluginAsync = async app => {
    app.get<{ Querystring: { since?: string } }>('/v2/stream/recentchange', async (request, reply) => {
      if (refusals) {
        const { status } = refusals
        if (--refusals.left === 0) refusals = undefined
        seen.refused++
        return reply
          .code(status)
          .header('retry-after', RETRY_AFTER_SECONDS)
          .send({ error: `a fault: ${status}` })
      }
      const address = request.ip
      const atOnce = [...open.values()].filter(other => other === address).length
      if (atOnce >= CONNECTIONS_PER_ADDRESS) {
        seen.refused++
        return reply
          .code(429)
          .header('retry-after', RETRY_AFTER_SECONDS)
          .send({ error: 'too many connections' })
      }
      const given = request.headers['last-event-id']
      const lastEventId = Array.isArray(given) ? given[0] : given
      const from = startOf(stream, lastEventId === '' ? undefined : lastEventId, request.query.since)
      if (from === null) return reply.code(400).send({ error: 'Last-Event-ID or since cannot be read' })
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      })
      open.set(response, address)
      seen.connects++
      seen.mostAtOnce = Math.max(seen.mostAtOnce, open.size)
      serve(response, from ?? stream.end())
      return reply
    })
  }

  return {
    routes,
    /** Ends all connections at once. */
    cut(): number {
      const count = open.size
      for (const response of open.keys()) response.destroy()
      return count
    },
    /** The next so many connections are answered so. */
    refuse(status: number, times: number): void {
      refusals = { status, left: times }
    },
    /** The next so many events are sent twice. */
    double(times: number): void {
      doubled += times
    },
    clearFaults(): void {
      refusals = undefined
      doubled = 0
    },
    connections: () => open.size,
    seen,
    [Symbol.dispose]() {
      for (const response of open.keys()) response.end()
    },
  }
}
