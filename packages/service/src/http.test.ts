import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import { probes, startHttp } from './http.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createReadiness } from './readiness.ts'

const log = createLog({ name: 'test', level: 'silent' })

const start = (checks: Record<string, () => Promise<void>>, port = 0) =>
  startHttp({ host: '127.0.0.1', port, variable: 'TEST_PORT', metrics: createMetrics(), checks, log })

it('is live even when a dependency is not, and ready only when all are, with the reason', async () => {
  const database = async () => {
    throw new Error('cannot reach it')
  }
  await using server = await start({ database, queue: async () => {} })
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`)
    return [answer.status, await answer.json()]
  }
  expect(await get('/livez')).toEqual([200, { live: true }])
  expect(await get('/readyz')).toEqual([
    503,
    { ready: false, checks: { database: 'cannot reach it', queue: 'ok' } },
  ])
})

it('does not wait for ever for a dependency that hangs', async () => {
  await using server = await start({ database: () => new Promise(() => {}) })
  const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`)
  expect(await answer.json()).toEqual({ ready: false, checks: { database: 'no answer within 2000 ms' } })
})

it('serves the default metrics of the process', async () => {
  await using server = await start({})
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
  expect(text).toMatch(/^process_cpu_seconds_total \d/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
})

it('names the port and its variable when the port is taken', async () => {
  await using first = await start({})
  await expect(start({}, first.port)).rejects.toThrow(
    `port ${first.port} on 127.0.0.1 is taken; set TEST_PORT to another`,
  )
})

it('tells of what it can do without when asked to be verbose, and is ready all the same', async () => {
  const app = fastify()
  const history = async () => {
    throw new Error('cannot reach it')
  }
  await app.register(
    probes({ metrics: createMetrics(), checks: { queue: async () => {} }, optional: { history } }),
  )
  expect((await app.inject('/readyz')).json()).toEqual({ ready: true, checks: { queue: 'ok' } })
  const verbose = await app.inject('/readyz?verbose')
  expect(verbose.statusCode).toBe(200)
  expect(verbose.json()).toEqual({
    ready: true,
    checks: { queue: 'ok' },
    optional: { history: 'cannot reach it' },
    uptimeSeconds: expect.any(Number),
  })
})

it('asks a dependency once, however many ask', async () => {
  let asked = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = createReadiness({
    queue() {
      asked += 1
      return promise
    },
  })
  const answers = Promise.all([look(), look(), look()])
  resolve()
  await answers
  expect(asked).toBe(1)
  await look()
  expect(asked).toBe(2)
})
