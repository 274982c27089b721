import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { readStream, type StreamEvent, StreamRefusedError, StreamSilentError } from './sse-source.ts'

let scope = new AsyncDisposableStack()
afterEach(async () => {
  await scope.disposeAsync()
  scope = new AsyncDisposableStack()
})

/** A stream that does what a test wants. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  scope.defer(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}/v2/stream/recentchange`
}

const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })

async function read(
  url: string,
  more: Partial<Parameters<typeof readStream>[0]> = {},
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  const pieces = readStream({
    url,
    userAgent: 'Shardlight (test@example.org)',
    lastEventId: null,
    since: null,
    silenceMs: 20_000,
    onOpen: () => {},
    signal: new AbortController().signal,
    ...more,
  })
  for await (const piece of pieces) events.push(...piece)
  return events
}

describe('a connection to the stream', () => {
  it('says who asks, and from where on', async () => {
    const seen: [string | undefined, unknown, unknown][] = []
    const url = await serve(({ url: path, headers }, response) => {
      seen.push([path, headers['last-event-id'], headers['user-agent']])
      begin(response).end()
    })
    await read(url, { lastEventId: '[{"offset":7}]', since: new Date(5) })
    await read(url, { since: new Date(5) })
    const agent = 'Shardlight (test@example.org)'
    expect(seen).toEqual([
      ['/v2/stream/recentchange', '[{"offset":7}]', agent],
      ['/v2/stream/recentchange?since=5', undefined, agent],
    ])
  })

  it('reads events of any length and line end, cut anywhere, and leaves out what is none', async () => {
    const long = 'x'.repeat(300_000)
    const text = `:ok\n\nevent: message\r\nid: 1\r\ndata: {"title":"灯台"}\r\n\r\nretry: 5\n\nid: 2\ndata: ${long}\n\ndata: no id\n\nid: 3\ndata: cut off`
    const url = await serve(async (_, response) => {
      begin(response)
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; at += 9_973) {
        response.write(bytes.subarray(at, at + 9_973))
        await new Promise(resolve => setImmediate(resolve))
      }
      response.end()
    })
    expect(await read(url)).toEqual([
      { id: '1', data: '{"title":"灯台"}' },
      { id: '2', data: long },
      { id: undefined, data: 'no id' },
    ])
  })

  it('that is half-open counts as dead, also when the server never answers', async () => {
    const halfOpen = await serve((_, response) => void begin(response).write('id: 1\ndata: {}\n\n'))
    await expect(read(halfOpen, { silenceMs: 100 })).rejects.toThrow(StreamSilentError)
    const mute = await serve(() => {})
    await expect(read(mute, { silenceMs: 100 })).rejects.toThrow(StreamSilentError)
  })

  it.each([
    [429, '7', 7_000],
    [502, undefined, undefined],
    [503, 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('that is refused with %i says for how long', async (status, header, retryAfterMs) => {
    const url = await serve((_, response) => {
      response.writeHead(status, header === undefined ? {} : { 'retry-after': header }).end('no')
    })
    const refused = await read(url).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StreamRefusedError)
    expect(refused).toMatchObject({ message: `the stream answered ${status}`, retryAfterMs })
  })

  it('that gives something else than a stream is none', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>')
    })
    await expect(read(url)).rejects.toThrow('no stream, but text/html')
  })

  it('ends at an event that never ends', async () => {
    const endless = Readable.from(['data: ', ...Array.from({ length: 20 }, () => 'x'.repeat(1024 * 1024))])
    const url = await serve((_, response) => endless.pipe(begin(response)))
    await expect(read(url)).rejects.toThrow(/an event of more than \d+ bytes/)
  })
})
