import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { backgroundHeaders, createBudgetedRequests } from '@shardlight/cluster/shard-process'
import { REST, type ResponseLike } from 'discord.js'
import { expect, it } from 'vitest'
import { restOptions } from './rest-options.ts'

/** What is left of a limit of one second, as discord.js hears it, for one request after the other. */
async function leftAfter(
  paths: readonly `/${string}`[],
  options: Pick<Parameters<typeof restOptions>[0], 'budget'> = {},
): Promise<number[]> {
  const server = createServer(async (request, response) => {
    await sleep(request.url?.includes('slow') ? 200 : 50)
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-ratelimit-reset-after': '1.000' })
      .end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const rest = new REST(restOptions({ apiUrl: `http://127.0.0.1:${port}`, ...options })).setToken('a.b.c')
  const left: number[] = []
  rest.on('response', (_, response: ResponseLike) => {
    left.push(Number(response.headers.get('x-ratelimit-reset-after')))
  })
  for (const path of paths) await rest.get(path)
  server.close()
  return left
}

it('takes the quickest way there and back off the time that a rate limit has left, and no more', async () => {
  const [first = 0, second = 0, third = 0] = await leftAfter(['/slow', '/quick', '/slow'])
  // 80 % of 200 ms, then of 50 ms, which stays the quickest.
  expect(first).toBeLessThanOrEqual(0.84)
  expect(second).toBeGreaterThan(first)
  expect(second).toBeLessThanOrEqual(0.96)
  expect(third).toBe(second)
})

it('takes no wait for the budget for a way', async () => {
  const budget = createBudgetedRequests({ take: () => sleep(400), report() {} })
  const [left = 0] = await leftAfter(['/quick'], { budget })
  expect(left).toBeGreaterThan(1 - 0.4 * 0.8)
})

it('lets nothing leave that is meant for a budget, also where there is none', async () => {
  const sent: string[] = []
  const server = createServer((request, response) => {
    sent.push(...Object.keys(request.headers))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const rest = new REST(restOptions({ apiUrl: `http://127.0.0.1:${port}` })).setToken('a.b.c')
  await rest.get('/users/@me', { headers: backgroundHeaders(7n) })
  server.close()
  expect(sent).toContain('authorization')
  expect(sent.filter(name => name.startsWith('x-'))).toEqual([])
})
