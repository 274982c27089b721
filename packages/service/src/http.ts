import { type FastifyInstance, type FastifyPluginAsync, fastify } from 'fastify'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { reasonOf } from './run-process.ts'

/** Resolves when the dependency answers, rejects with the reason when not. */
export type Check = () => Promise<void>

const CHECK_TIMEOUT_MS = 2_000

async function outcomeOf(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  })
  try {
    await Promise.race([check(), late])
    return 'ok'
  } catch (error) {
    return reasonOf(error)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * `/livez`: the event loop turns, never a dependency. `/readyz`: 200 or 503 with the outcome of each check.
 * `/metrics`: Prometheus' text format.
 */
export function probes({
  metrics,
  checks,
}: {
  metrics: Metrics
  checks: Record<string, Check>
}): FastifyPluginAsync {
  return async app => {
    app.get('/livez', async () => ({ live: true }))
    app.get('/readyz', async (_, reply) => {
      const outcomes = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
      )
      const ready = outcomes.every(([, outcome]) => outcome === 'ok')
      return reply.code(ready ? 200 : 503).send({ ready, checks: Object.fromEntries(outcomes) })
    })
    app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  }
}

/**
 * Listens, and answers with the port that was bound.
 * @param variable the variable that sets the port, named when the port is taken.
 */
export async function listen(
  app: FastifyInstance,
  { host, port, variable }: { host: string; port: number; variable: string },
): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw new Error(`port ${port} on ${host} is taken; set ${variable} to another`)
    if (code === 'EACCES')
      throw new Error(`port ${port} on ${host} may not be opened; set ${variable} to one above 1023`)
    throw error
  }
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : port
}

/** A server with the probes and, where given, routes of the process itself. */
export async function startHttp({
  host,
  port,
  variable,
  metrics,
  checks,
  routes,
  log,
}: {
  host: string
  port: number
  variable: string
  metrics: Metrics
  checks: Record<string, Check>
  routes?: FastifyPluginAsync
  log: Log
}): Promise<AsyncDisposable & { port: number }> {
  const app = fastify({ forceCloseConnections: true })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) log.error({ err: error, url: request.url }, 'a request failed')
    return reply.code(status).send({ error: status >= 500 ? 'internal error' : error.message })
  })
  await app.register(probes({ metrics, checks }))
  if (routes) await app.register(routes)
  const bound = await listen(app, { host, port, variable })
  return { port: bound, [Symbol.asyncDispose]: () => app.close() }
}
