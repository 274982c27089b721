import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@shardlight/testing'
import { DefaultRestOptions, REST } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { hurryIn } from './answers-first.ts'
import { createBudgetedRequests } from './budgeted-requests.ts'
import type { RequestOutcome, RequestWish } from './request-budget.ts'
import { backgroundHeaders, type Take } from './with-budget.ts'

type Asked = { path: string; body: string; headers: IncomingHttpHeaders }

const CHANNEL = '/channels/1161574221348863930'

/** A discord.js REST in front of a server that answers `{}` unless told otherwise. */
async function startRest({
  take = async () => {},
  answer = response => void response.end('{}'),
  timeoutMs = 5_000,
  hasJustStalled = () => false,
}: {
  take?: Take
  hasJustStalled?: () => boolean
  answer?: (response: ServerResponse) => void
  timeoutMs?: number
} = {}) {
  const asked: Asked[] = []
  const wishes: RequestWish[] = []
  const outcomes: RequestOutcome[] = []
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    asked.push({ path: request.url ?? '', body, headers: request.headers })
    response.setHeader('content-type', 'application/json')
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const requests = createBudgetedRequests({
    take: (wish, signal) => {
      wishes.push(wish)
      return take(wish, signal)
    },
    report: outcome => outcomes.push(outcome),
    timeoutMs,
    stalls: { hasJustStalled },
  })
  const rest = new REST({
    api: `http://127.0.0.1:${port}/api`,
    retries: 0,
    ...requests.options(DefaultRestOptions.makeRequest),
  }).setToken('a.b.c')
  requests.watch(rest)
  return {
    rest,
    asked,
    wishes,
    outcomes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Background requests wait until they are given up. */
const takeAnswersOnly: Take = ({ importance }, signal) =>
  importance === 'answer'
    ? Promise.resolve()
    : new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })

describe('a request of a shard process', () => {
  it('asks with its route, importance and guild, of which nothing leaves the process', async () => {
    await using started = await startRest()
    const { rest, asked, wishes, outcomes } = started
    await rest.post(`${CHANNEL}/messages`, { body: { content: '1' }, headers: backgroundHeaders(7n) })
    await rest.post(`${CHANNEL}/messages`, { body: {}, headers: backgroundHeaders(null) })
    await rest.patch(`${CHANNEL}/messages/1161574221348863931`, { body: {} })
    expect(wishes).toMatchObject([
      { route: `POST ${CHANNEL}/messages`, importance: 'background', fairnessKey: '7' },
      { route: `POST ${CHANNEL}/messages`, importance: 'background', fairnessKey: '1161574221348863930' },
      { route: `PATCH ${CHANNEL}/messages/:id`, importance: 'answer' },
    ])
    expect(outcomes.map(({ id, status }) => [id, status])).toEqual(wishes.map(({ id }) => [id, 200]))
    expect(asked[0]).toMatchObject({ body: '{"content":"1"}', headers: { authorization: 'Bot a.b.c' } })
    expect(Object.keys(asked[0]?.headers ?? {}).filter(name => name.includes('shardlight'))).toEqual([])
  })

  it('goes straight through where it answers an interaction', async () => {
    await using started = await startRest({ take: () => Promise.reject(new Error('nothing is granted')) })
    await started.rest.post('/interactions/1161574221348863930/token/callback', { body: {}, auth: false })
    await started.rest.patch('/webhooks/1161574221348863930/token/messages/@original', {
      body: {},
      auth: false,
    })
    expect(started.asked).toHaveLength(2)
    expect(started.outcomes).toEqual([])
    await expect(started.rest.get('/users/@me')).rejects.toThrow('nothing is granted')
  })

  it('may wait for longer than it may take', async () => {
    await using patient = await startRest({ take: () => sleep(300), timeoutMs: 200 })
    await patient.rest.get('/users/@me')
    await using slow = await startRest({
      timeoutMs: 100,
      answer: response => void setTimeout(() => response.end('{}'), 400),
    })
    await expect(slow.rest.get('/users/@me')).rejects.toThrow('aborted')
    expect(slow.outcomes).toMatchObject([{ status: null }])
  })

  it('asks again where its process stood still, since all that it was let do meanwhile would leave now', async () => {
    const stalls = [true, true, false]
    await using started = await startRest({ hasJustStalled: () => stalls.shift() ?? false })
    await started.rest.get('/users/@me')
    const { asked, wishes, outcomes } = started
    expect(asked).toHaveLength(1)
    expect(new Set(wishes.map(({ id }) => id)).size).toBe(3)
    expect(outcomes.map(({ id, status }) => [id, status])).toEqual(
      wishes.map(({ id }, at) => [id, at < 2 ? null : 200]),
    )
  })

  it('gives up its place when the caller does', async () => {
    let given: AbortSignal | undefined
    await using started = await startRest({
      take: (_, signal) =>
        new Promise((_, reject) => {
          given = signal
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
    })
    const abort = new AbortController()
    const asking = started.rest.get('/users/@me', { signal: abort.signal })
    await eventually('it waits', () => given !== undefined)
    abort.abort()
    await expect(asking).rejects.toThrow('aborted')
    expect(given?.aborted).toBe(true)
    expect(started.asked).toEqual([])
  })

  it('tells what a 429 says, also one of the edge that names no scope', async () => {
    const told: Record<string, string>[] = [
      { 'retry-after': '0.2', 'x-ratelimit-scope': 'shared' },
      { 'retry-after': '0.1' },
      {},
    ]
    let isOver = false
    await using started = await startRest({
      answer(response) {
        const headers = told.shift()
        isOver = !headers
        response.writeHead(headers ? 429 : 200, headers).end('{}')
      },
    })
    await started.rest.get(`${CHANNEL}/messages`)
    expect(isOver).toBe(true)
    expect(started.outcomes.slice(0, 3)).toMatchObject([
      { route: `GET ${CHANNEL}/messages`, status: 429, scope: 'shared', retryAfterMs: 200 },
      { status: 429, scope: 'global', retryAfterMs: 100 },
      { status: 429, scope: 'global', retryAfterMs: 1_000 },
    ])
  })
})

it('lets what waits in a channel go once somebody waits for it', async () => {
  await using started = await startRest({ take: takeAnswersOnly })
  const { rest, asked, wishes } = started
  const posting = rest.post(`${CHANNEL}/messages`, { body: { content: 3 }, headers: backgroundHeaders(7n) })
  await eventually('it waits', () => wishes.length === 1)
  hurryIn(rest, 1161574221348863999n)
  expect(wishes).toHaveLength(1)
  hurryIn(rest, 1161574221348863930n)
  await posting
  expect(asked).toHaveLength(1)
})

it('lets what stands before an answer in its channel go as an answer, and nothing else', async () => {
  await using started = await startRest({
    take: takeAnswersOnly,
  })
  const { rest, asked, wishes } = started
  const headers = backgroundHeaders(7n)
  const abort = new AbortController()
  const counts = [1, 2].map(number =>
    rest.post(`${CHANNEL}/messages`, { body: { content: number }, headers }),
  )
  const elsewhere = rest.post('/channels/1161574221348863999/messages', { headers, signal: abort.signal })
  await eventually('the first of each channel waits', () => wishes.length === 2)
  expect(asked).toEqual([])
  await rest.post(`${CHANNEL}/messages`, { body: { content: 'answer' } })
  await Promise.all(counts)
  expect(asked.map(({ body }) => body)).toEqual(['{"content":1}', '{"content":2}', '{"content":"answer"}'])

  const next = rest.post(`${CHANNEL}/messages`, { headers, signal: abort.signal })
  await eventually('it waits again', () => wishes.at(-1)?.importance === 'background')
  expect(asked).toHaveLength(3)
  abort.abort()
  await Promise.allSettled([elsewhere, next])
})
