import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ListedRoute, routesOf } from '../src/doors/route-list.ts'
import { bodyOf, encode, headersOf, headerText, hostile, pathOf, queryOf } from './fuzzed-requests.ts'
import { HOSTILE, strangeMarkup } from './markup.ts'
import { createRecordedApp, OPERATOR } from './recorded-app.ts'
import { PASSPHRASE, TOKEN } from './test-app.ts'
import { openViewer } from './viewer.ts'

const PATIENCE = { timeout: 120_000 }

const test = await createRecordedApp({ TRUST_PROXY: '1', STATUS_NAME: 'A <b>bot</b> & "more"' })
afterAll(() => test[Symbol.asyncDispose]())
await test.app.ready()
const routes = routesOf(test.app).filter(({ method }) => method !== 'HEAD')
const reads = routes.filter(({ method, isWebSocket }) => method === 'GET' && !isWebSocket)
const writes = routes.filter(({ method }) => method !== 'GET')

/** Where there is something. */
const pathHere = ({ url }: ListedRoute) => url.replace(':cluster', 'main').replace(/:\w+/g, '0')

const secretOf = ({ url }: ListedRoute) => {
  if (!url.startsWith('/api/v2/')) return PASSPHRASE
  return `Bearer ${/shards|notices/.test(url) ? TOKEN : OPERATOR}`
}

type Answer = Awaited<ReturnType<typeof test.app.inject>>

/** Without what it was compressed with. */
function bodyIn({ headers, rawPayload }: Answer): string {
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync }
  const packed = Object.entries(unpack).find(([name]) => name === headers['content-encoding'])
  return String(rawPayload.length > 0 && packed ? packed[1](rawPayload) : rawPayload)
}

function expectSound(answer: Answer): void {
  const mediaType = String(answer.headers['content-type'] ?? '')
  expect(answer.statusCode, answer.body).not.toBe(500)
  const body = bodyIn(answer)
  if (body === '') return
  expect(strangeMarkup(mediaType, body)).toEqual([])
  if (/json/.test(mediaType)) JSON.parse(body)
  if (answer.statusCode >= 400 && /json/.test(mediaType))
    expect(answer.body).not.toMatch(/node_modules|\.ts:\d/)
}

const run = (property: fc.IAsyncProperty<unknown>, numRuns: number) => fc.assert(property, { numRuns })

beforeAll(async () => {
  for (const [index, text] of HOSTILE.entries()) {
    const words = text.slice(0, 60)
    await test.push({
      totalShards: 360,
      process: { id: `p${index}`, version: words },
      shards: [{ id: index, state: index % 7, guilds: 1 }],
    })
    await test.tell({ source: `s${index}`, notices: [{ id: 'a', level: 'problem', text: `a ${words}` }] })
    await test.operate('incidents', { title: `a ${words}`, text: `b ${words}`, impact: 'critical' })
    await test.operate('maintenance', {
      title: `a ${words}`,
      text: `b ${words}`,
      startsAtMs: Date.now() + 3_600_000 * (index + 1),
      endsAtMs: Date.now() + 3_600_000 * (index + 2),
    })
  }
}, PATIENCE.timeout)

it('is noticed where it is not escaped', () => {
  const inText = HOSTILE.filter(words => /<(zqx|img)/.test(words) && !words.startsWith('-->'))
  for (const words of inText) expect(strangeMarkup('text/html', `<p>${words} ">'>`), words).not.toEqual([])
  const inAttribute = HOSTILE.filter(words => /^["']/.test(words))
  for (const words of inAttribute)
    expect(strangeMarkup('text/html', `<p title=${words[0]}${words} ">'>`), words).not.toEqual([])
  expect(strangeMarkup('text/html', '<script>1</script>')).not.toEqual([])
  expect(strangeMarkup('image/svg+xml', '<svg><zqx/></svg>')).not.toEqual([])
  expect(() => strangeMarkup('application/rss+xml', '<rss><a></rss>')).toThrow()
})

describe('whatever is asked', () => {
  it.each(reads)('GET $url answers, and writes no markup but its own', PATIENCE, async route => {
    expectSound(await test.app.inject(pathHere(route)))
    await run(
      fc.asyncProperty(pathOf(route), queryOf, headersOf, async (path, query, headers) => {
        expectSound(await test.app.inject({ url: `${path}?${query}`, headers }))
      }),
      30,
    )
  })

  it('is answered, also where there is no such thing', PATIENCE, async () => {
    const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
    const path = fc.oneof(
      hostile.map(words => `/${words.replace(/[^!-~]/g, '')}`),
      hostile.map(words => `/api/v2/${encode(words)}`),
      fc.constantFrom(
        '//',
        '/../../etc/passwd',
        '/assets/..%2f..%2fpackage.json',
        '/%00',
        '/%',
        '/api/v2/clusters/%2e%2e',
      ),
    )
    await run(
      fc.asyncProperty(methods, path, headersOf, async (method, url, headers) => {
        const answer = await test.app.inject({ method: method as 'GET', url, headers })
        expectSound(answer)
        expect(answer.body).not.toMatch(/root:x|"workspace:/)
      }),
      150,
    )
  })
})

describe('whatever is told', () => {
  it.each(writes)('$method $url takes it or says what is wrong with it', PATIENCE, async route => {
    const type = fc.oneof(
      { weight: 9, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: headerText.filter(words => words !== '') },
    )
    await run(
      fc.asyncProperty(
        fc.oneof(fc.constant(pathHere(route)), pathOf(route)),
        bodyOf(route),
        type,
        headersOf,
        async (path, payload, contentType, more) => {
          const headers = { ...more, authorization: secretOf(route), 'content-type': contentType }
          expectSound(await test.app.inject({ method: route.method as 'POST', url: path, headers, payload }))
        },
      ),
      100,
    )
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false)
  })

  it('can be read afterwards, by programs and by people', PATIENCE, async () => {
    for (const route of reads) expectSound(await test.app.inject(pathHere(route)))
  })
})

describe('whatever a viewer says', () => {
  async function open(path: string): Promise<Socket> {
    using witness = await openViewer(test.app, '/api/v2/feed')
    const socket = connect(Number(new URL(witness.socket.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        'host: localhost',
        'connection: upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
        '\r\n',
      ].join('\r\n'),
    )
    await once(socket, 'data')
    return socket
  }

  /** A frame as RFC 6455 has it, but with whatever bits and bytes. */
  const frame = fc
    .record({
      fin: fc.boolean(),
      reserved: fc.nat(7),
      opcode: fc.oneof(fc.constantFrom(0, 1, 2, 8, 9, 10), fc.nat(15)),
      isMasked: fc.boolean(),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 125 }),
        fc.constantFrom(
          new Uint8Array([0xc3, 0x28]),
          new Uint8Array([0xed, 0xa0, 0x80]),
          new Uint8Array(2_000),
        ),
      ),
    })
    .map(({ fin, reserved, opcode, isMasked, payload }) => {
      const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
      const mask = isMasked ? 0x80 : 0
      const length =
        payload.length < 126
          ? [mask | payload.length]
          : [mask | 126, payload.length >> 8, payload.length & 0xff]
      return Buffer.from([first, ...length, ...(isMasked ? [0, 0, 0, 0] : []), ...payload])
    })

  it('bothers nobody else', PATIENCE, async () => {
    using witness = await openViewer(test.app, '/api/v2/feed')
    await run(
      fc.asyncProperty(
        fc.constantFrom('/api/v2/feed', '/api/feed'),
        fc.oneof(
          fc.array(frame, { minLength: 1, maxLength: 4 }),
          fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 3 }),
        ),
        async (path, frames) => {
          const socket = await open(path)
          const closed = once(socket, 'close')
          for (const bytes of frames) socket.write(bytes)
          socket.end()
          socket.resume()
          await closed
        },
      ),
      60,
    )
    const seen = witness.frames.length
    // Nothing else was pushed there, so nothing has a say of a newer generation.
    await test.push(
      { totalShards: 2, shards: [{ id: 1, state: 3 }] },
      { cluster: 'second', token: 'another-token' },
    )
    await witness.until(
      'what changes',
      ({ op, clusters }) =>
        op === 'changes' || clusters.some(of => of.name === 'second' && of.states === '03'),
    )
    expect(witness.frames.length).toBeGreaterThan(seen)
  })

  it('asks for, as a position, is a position or no matter', PATIENCE, async () => {
    await run(
      fc.asyncProperty(queryOf, fc.constantFrom('/api/v2/feed', '/api/feed'), async (query, path) => {
        using viewer = await openViewer(test.app, `${path}?${query}`)
        await viewer.until('a word', ({ op }) => op === 'hello')
      }),
      30,
    )
  })

  it('or writes instead of HTTP, is answered or cut off', PATIENCE, async () => {
    using witness = await openViewer(test.app, '/api/v2/feed')
    const port = Number(new URL(witness.socket.url).port)
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map(array => Buffer.from(array)),
      fc
        .tuple(fc.constantFrom('GET', 'POST', 'TRACE', 'CONNECT', 'X'), hostile, headerText)
        .map(([method, path, value]) =>
          Buffer.from(`${method} /${path} HTTP/1.1\r\nhost: ${value}\r\ncontent-length: 3\r\n\r\nabc`),
        ),
    )
    await run(
      fc.asyncProperty(bytes, async given => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        socket.end(given)
        expect(await text(socket).catch(() => '')).not.toMatch(/^HTTP\/1.1 500|node_modules/)
      }),
      60,
    )
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
  })
})
