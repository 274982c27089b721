import { ShardState } from '@shardlight/shard-registry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routesOf } from '../src/doors/route-list.ts'
import { createRecordedApp, OPERATOR } from './recorded-app.ts'
import { PASSPHRASE, TOKEN } from './test-app.ts'

const OPERATOR_OF_ALL = 'the-token-of-operators-of-all'
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE']

/** Values of parameters that exist, so that nothing is refused for being unknown. */
const fill = (url: string, cluster: string) =>
  url.replace(':cluster', cluster).replace(':state', '2').replace(/:\w+/g, '0').replace('*', 'x')

const test = await createRecordedApp({
  STATUS_OPERATOR_TOKENS: `main:${OPERATOR};second:another-token-of-operators;*:${OPERATOR_OF_ALL}`,
})
await test.app.ready()
afterAll(() => test[Symbol.asyncDispose]())
const routes = routesOf(test.app)
const writes = routes.filter(({ method }) => WRITES.includes(method))

/** What was told, as it can be read: without what changes by itself or is told later, as history and snapshots are. */
async function everything() {
  const urls = routes
    .filter(({ method, url, isWebSocket }) => method === 'GET' && url.startsWith('/api/v2/') && !isWebSocket)
    .filter(({ url }) => !/uptime|history|snapshot|\.json$/.test(url))
    .map(({ url }) => fill(url, 'main'))
  const answers = await Promise.all(urls.map(async url => [url, (await test.app.inject(url)).body] as const))
  return answers.map(([url, body]) => [url, body.replace(/"(\w*[aA]tMs|epoch|seq)":("[^"]*"|[\d.]+)/g, '')])
}

const ask = ({ method, url }: { method: string; url: string }, cluster: string, authorization?: string) =>
  test.app.inject({
    method: method as 'POST',
    url: fill(url, cluster),
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    payload: '{}',
  })

beforeAll(async () => {
  await test.push({ totalShards: 2, shards: [{ id: 0, state: ShardState.Online }] })
  await test.glance('status/glance/0/3')
  await test.operate('incidents', { title: 'Slow', text: 'We look.', impact: 'major' })
})

describe('every route that writes', () => {
  it('is known to this test', () => {
    expect(writes.map(({ method, url }) => `${method} ${url}`)).toEqual(
      expect.arrayContaining([
        'POST /api/v2/clusters/:cluster/shards',
        'PUT /api/v2/clusters/:cluster/notices',
        'POST /api/status/:cluster/:id/:state',
        'POST /api/health/:cluster/:id',
      ]),
    )
  })

  it('changes what this test looks at, where it is taken', async () => {
    const before = await everything()
    await test.push({ totalShards: 2, shards: [{ id: 1, state: ShardState.Starting }] })
    const pushed = await everything()
    expect(pushed).not.toEqual(before)
    await test.tell({ source: 'manager', notices: [{ id: 'a', level: 'info', text: 'a word' }] })
    const told = await everything()
    expect(told).not.toEqual(pushed)
    await test.operate('incidents', { title: 'Slower', text: 'We look.', impact: 'major' })
    expect(await everything()).not.toEqual(told)
  })

  it.each(writes.map(route => ({ ...route, cluster: route.url.startsWith('/api/v2/') ? 'main' : 'glance' })))(
    '$method $url refuses whoever has not the right token, and changes nothing',
    async ({ cluster, ...route }) => {
      const before = await everything()
      const wrong = [
        undefined,
        '',
        'Bearer',
        'Bearer ',
        'Bearer wrong',
        `Bearer ${TOKEN} and more`,
        `Basic ${Buffer.from(`main:${TOKEN}`).toString('base64')}`,
        'Bearer another-token',
        'Bearer another-token-of-operators',
        'Bearer undefined',
        `Bearer ${PASSPHRASE}`,
        `${PASSPHRASE} `.repeat(2),
      ]
      for (const authorization of wrong) {
        const answer = await ask(route, cluster, authorization)
        expect([401, 403, 404], `${authorization}`).toContain(answer.statusCode)
      }
      const right = [`Bearer ${TOKEN}`, `Bearer ${OPERATOR}`, PASSPHRASE]
      const statuses = await Promise.all(
        right.map(async authorization => (await ask(route, 'nobody', authorization)).statusCode),
      )
      // Glance answers 400 for a cluster that does not exist, to whoever has its passphrase.
      for (const status of statuses) expect([400, 401, 403, 404]).toContain(status)
      expect(await everything()).toEqual(before)
    },
  )

  it.each(writes)('$method $url opens to the token of exactly one scope', async route => {
    const cluster = route.url.startsWith('/api/v2/') ? 'main' : 'glance'
    const operator = route.url.includes(':cluster') ? OPERATOR : OPERATOR_OF_ALL
    const scopes = [`Bearer ${TOKEN}`, `Bearer ${operator}`, PASSPHRASE]
    const statuses = []
    for (const authorization of scopes) statuses.push((await ask(route, cluster, authorization)).statusCode)
    const refused = statuses.filter(status => status === 401 || status === 403)
    expect(refused, statuses.join()).toHaveLength(scopes.length - 1)
  })
})

describe('every answer', () => {
  it.each(routes)(
    '$method $url has the headers that keep it from being taken for something else',
    async route => {
      const answer = await test.app.inject({ method: route.method as 'GET', url: fill(route.url, 'main') })
      const { headers } = answer
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(answer.statusCode).not.toBe(500)
      if (WRITES.includes(route.method)) {
        expect(headers['access-control-allow-origin']).toBeUndefined()
        return
      }
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['content-security-policy']).not.toMatch(/unsafe|data:|\*/)
      if (/html/.test(String(headers['content-type'])))
        expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    },
  )

  it('that is an error is a problem, and repeats its detail for those who read `error`', async () => {
    const asked = await Promise.all([
      test.app.inject('/nothing/here'),
      test.app.inject('/api/v2/clusters/nobody'),
      test.app.inject('/%zz'),
      test.app.inject(`/api/v2/clusters/${'x'.repeat(600)}`),
      test.app.inject({ method: 'DELETE', url: '/api/v2/clusters' }),
      test.push('{'),
      test.push({ shards: 'none' }),
      test.push(PUSHED, { token: 'wrong' }),
      test.app.inject({ method: 'POST', url: '/api/v2/clusters/main/shards', headers: TYPE, payload: 'x' }),
      test.push(`{"x":"${'x'.repeat(5_000_000)}"}`),
      test.app.inject('/api/v2/feed'),
    ])
    expect(asked.map(({ statusCode }) => statusCode)).toEqual([
      404, 404, 400, 414, 405, 400, 400, 401, 415, 413, 426,
    ])
    for (const answer of asked) {
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      const problem = answer.json()
      expect(problem).toMatchObject({ status: answer.statusCode, title: expect.any(String) })
      expect(problem.error).toBe(problem.detail)
    }
    expect(asked[4]?.headers.allow).toBe('GET, HEAD')
    expect(asked[6]?.json().problems).toEqual([expect.stringContaining('shards')])
    expect(asked[7]?.headers['www-authenticate']).toBe('Bearer')
  })
})

describe('a path that exists', () => {
  it.each([
    ['/api/v2/clusters', 'GET, HEAD'],
    ['/api/v2/clusters/main', 'GET, HEAD'],
    ['/api/v2/clusters/main/shards', 'POST'],
    ['/api/v2/clusters/main/shards/0', 'GET, HEAD'],
    ['/api/v2/clusters/main/notices?x', 'PUT'],
    ['/api/status/glance/0/3', 'POST'],
  ])('%s answers another method with 405 and says that it has %s', async (url, allowed) => {
    const answer = await test.app.inject({ method: 'DELETE', url })
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allowed])
  })

  it('has a segment for each of its parameters, and no more', async () => {
    for (const url of ['/api/v2/clusters/', '/api/v2/clusters/main/shards/0/1', '/api/v2xclusters'])
      expect((await test.app.inject({ method: 'DELETE', url })).statusCode, url).toBe(404)
  })
})

const TYPE = { 'content-type': 'text/plain', authorization: `Bearer ${TOKEN}` }
const PUSHED = { shards: [{ id: 0, state: 3 }] }
