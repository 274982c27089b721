import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { eventually } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { createTestApp, PASSPHRASE } from './test-app.ts'
import { openViewer } from './viewer.ts'

const FEED = '/api/v2/feed'
const PUSH = { totalShards: 2, shards: [{ id: 0, state: 3 }] }

type Test = Awaited<ReturnType<typeof createTestApp>>

const read = (test: Test, headers: Record<string, string> = {}, url = '/api/v2/clusters') =>
  test.app.inject({ url, headers })

const statuses = async (answers: Promise<{ statusCode: number }>[]) =>
  (await Promise.all(answers)).map(({ statusCode }) => statusCode)

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

/** What the server answers to bytes that no client library would send. */
async function answerTo(test: Test, bytes: string): Promise<string> {
  if (test.app.server.address() === null) await test.app.listen({ host: '127.0.0.1', port: 0 })
  const address = test.app.server.address()
  const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  return text(socket)
}

describe('reading', () => {
  it('is limited by address, says when to come again, and lets probes and pushes through', async () => {
    await using test = await createTestApp({ STATUS_READS_PER_MINUTE: '3' })
    expect(await statuses(times(3, () => read(test)))).toEqual([200, 200, 200])
    const refused = await read(test)
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '20'])
    expect(refused.json()).toMatchObject({ status: 429, title: 'Too Many Requests' })
    expect((await read(test, {}, '/nothing')).statusCode).toBe(429)
    for (const url of ['/livez', '/readyz', '/healthz', '/metrics'])
      expect(await statuses(times(5, () => read(test, {}, url)))).toEqual([200, 200, 200, 200, 200])
    expect(await statuses(times(5, () => test.push(PUSH)))).toEqual([204, 204, 204, 204, 204])
    expect((await read(test, {}, '/metrics')).body).toContain(
      'shardlight_status_turned_away_total{door="read"} 2',
    )
  })

  it('believes X-Forwarded-For only where TRUST_PROXY says so', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    await using open = await createTestApp({ STATUS_READS_PER_MINUTE: '1' })
    expect((await read(open, from('192.0.2.1'))).statusCode).toBe(200)
    expect((await read(open, from('192.0.2.2'))).statusCode).toBe(429)

    for (const trusted of ['1', 'loopback', '10.0.0.0/8, 127.0.0.1']) {
      await using test = await createTestApp({ STATUS_READS_PER_MINUTE: '1', TRUST_PROXY: trusted })
      expect((await read(test, from('192.0.2.1'))).statusCode).toBe(200)
      expect((await read(test, from('192.0.2.2'))).statusCode).toBe(200)
      // Whatever a client writes into it stands before what the proxy adds.
      expect((await read(test, from('198.51.100.7, 192.0.2.1'))).statusCode).toBe(429)
    }
  })

  it('counts all addresses of an IPv6 network as one', async () => {
    await using test = await createTestApp({ STATUS_READS_PER_MINUTE: '1', TRUST_PROXY: '1' })
    expect((await read(test, { 'x-forwarded-for': '2001:db8:1:2::1' })).statusCode).toBe(200)
    expect((await read(test, { 'x-forwarded-for': '2001:db8:1:2:ffff::2' })).statusCode).toBe(429)
    expect((await read(test, { 'x-forwarded-for': '2001:db8:1:3::1' })).statusCode).toBe(200)
  })
})

describe('wrong tokens', () => {
  it('are counted, and one who has sent too many is not even checked any more', async () => {
    await using test = await createTestApp({ STATUS_REFUSALS_PER_MINUTE: '3' })
    expect(await statuses(times(3, () => test.push(PUSH, { token: 'wrong' })))).toEqual([401, 401, 401])
    const refused = await test.push(PUSH)
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '20'])
    expect((await read(test)).statusCode).toBe(200)
  })

  it("count against Glance's passphrase, which people choose", async () => {
    await using test = await createTestApp({ STATUS_REFUSALS_PER_MINUTE: '3' })
    expect(await statuses(times(3, () => test.glance('health/glance/0', 'guess')))).toEqual([401, 401, 401])
    expect((await test.glance('health/glance/0', PASSPHRASE)).statusCode).toBe(429)
  })

  it('are as few for whoever has the token of another cluster', async () => {
    const operator = 'the-token-of-operators'
    await using test = await createTestApp({
      STATUS_REFUSALS_PER_MINUTE: '3',
      STATUS_OPERATOR_TOKENS: `*:${operator}`,
    })
    const writeIncident = (at: number, token: string) =>
      test.app.inject({
        method: 'POST',
        url: `/api/v2/clusters/made-up-${at}/incidents`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        payload: '{}',
      })
    await test.glance('health/glance/0', 'first')
    const own = () => test.push(PUSH, { cluster: 'second', token: 'another-token' })
    expect((await own()).statusCode).toBe(204)
    const guesses = times(5, () => test.glance('health/glance/0', `guess ${Math.random()}`))
    expect(await statuses(guesses)).toEqual([401, 401, 429, 429, 429])
    const tries = [0, 1, 2, 3].map(at => writeIncident(at, `guess-${at}`))
    expect(await statuses(tries)).toEqual([401, 401, 401, 429])
    expect((await writeIncident(9, operator)).statusCode).toBe(429)
    expect((await own()).statusCode).toBe(204)
  })

  it('of a stray process do not stop the others at its address', async () => {
    await using test = await createTestApp({ STATUS_REFUSALS_PER_MINUTE: '3' })
    await test.push(PUSH, { token: 'wrong' })
    expect((await test.push(PUSH)).statusCode).toBe(204)
    await Promise.all(times(10, () => test.push(PUSH, { token: 'wrong' })))
    expect((await test.push(PUSH)).statusCode).toBe(204)
  })
})

describe('viewers', () => {
  it('are limited by address, and a place is free again when one leaves', async () => {
    await using test = await createTestApp({ STATUS_VIEWERS_PER_ADDRESS: '2' })
    using _first = await openViewer(test.app, FEED)
    const second = await openViewer(test.app, '/api/feed')
    await expect(openViewer(test.app, FEED)).rejects.toThrow('429')
    second.socket.terminate()
    using _third = await eventually('a place is free', () =>
      openViewer(test.app, FEED).catch(() => undefined),
    )
  })

  it('are limited altogether, whatever addresses they have', async () => {
    await using test = await createTestApp({ STATUS_VIEWERS: '2', TRUST_PROXY: '1' })
    const from = (address: string) => openViewer(test.app, FEED, { 'x-forwarded-for': address })
    using _first = await from('192.0.2.1')
    using _second = await from('192.0.2.2')
    await expect(from('192.0.2.3')).rejects.toThrow('503')
  })

  it('that are refused leave no place taken', async () => {
    await using test = await createTestApp({ STATUS_VIEWERS_PER_ADDRESS: '1' })
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(openViewer(test.app, FEED, { origin: 'https://evil.example' })).rejects.toThrow('403')
    using _viewer = await openViewer(test.app, FEED)
  })

  it('are let in only where there is a feed', async () => {
    await using test = await createTestApp()
    await expect(openViewer(test.app, '/api/v2/clusters')).rejects.toThrow('404')
    await expect(openViewer(test.app, '/nothing')).rejects.toThrow('404')
  })

  it('may come from the page behind a proxy that passes its own host on', async () => {
    const headers = { origin: 'https://status.example', 'x-forwarded-host': 'status.example' }
    await using behind = await createTestApp({ TRUST_PROXY: 'loopback' })
    using _viewer = await openViewer(behind.app, FEED, headers)
    await using open = await createTestApp()
    await expect(openViewer(open.app, FEED, headers)).rejects.toThrow('403')
  })

  it('may come from the page at its public address, whatever host the proxy asks for', async () => {
    const headers = { origin: 'https://status.example', host: '127.0.0.1:3000' }
    await using test = await createTestApp({ STATUS_PUBLIC_URL: 'https://status.example/bot/' })
    using _viewer = await openViewer(test.app, FEED, headers)
    for (const origin of ['http://status.example', 'https://status.example:8443', 'https://example'])
      await expect(openViewer(test.app, FEED, { ...headers, origin })).rejects.toThrow('403')
  })

  it.each([
    ['a word', (socket: WebSocket) => socket.send('hello'), 1008],
    ['bytes', (socket: WebSocket) => socket.send(Buffer.alloc(10)), 1008],
    ['fragments', (socket: WebSocket) => socket.send('hel', { fin: false }), undefined],
    ['a frame that is too large', (socket: WebSocket) => socket.send('x'.repeat(1_025)), 1009],
  ])('that send %s are shown out', async (_, say, code) => {
    await using test = await createTestApp()
    using viewer = await openViewer(test.app, FEED)
    say(viewer.socket)
    if (code === undefined) viewer.socket.send('lo', { fin: true })
    expect(await viewer.closed).toBe(code ?? 1008)
  })
})

describe('a connection', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
  ])('with %s is answered with a problem and closed', async (_, bytes, status) => {
    await using test = await createTestApp()
    const answer = await answerTo(test, bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
    expect(body).toMatchObject({ status, error: 'the request cannot be read' })
  })

  it('that sends a byte now and then is not held for ever', async () => {
    await using test = await createTestApp()
    const { headersTimeout, requestTimeout, timeout, maxConnections } = test.app.server
    expect(headersTimeout).toBe(10_000)
    expect(requestTimeout).toBe(35_000)
    expect(timeout).toBe(75_000)
    expect(maxConnections).toBeGreaterThan(5_000)
  })
})
