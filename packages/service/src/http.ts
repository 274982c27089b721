import { type FastifyInstance, type FastifyPluginAsync, fastify } from 'fastify'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { type Check, createReadiness } from './readiness.ts'

/**
 * `/livez`: the event loop turns, never a dependency. `/readyz`: 200 or 503 with the outcome of each check that it
 * depends on; with `?verbose` also of those without which it works, only less well. `/metrics`: Prometheus' text format.
 */
export function probes({
  metrics,
  checks,
  optional = {},
}: {
  metrics: Metrics
  checks: Record<string, Check>
  optional?: Record<string, Check>
}): FastifyPluginAsync {
  const look = createReadiness(checks, optional)
  return async app => {
    app.get('/livez', async () => ({ live: true }))
    app.get<{ Querystring: { verbose?: string } }>('/readyz', async ({ query }, reply) => {
      const { optional: others, ...required } = await look()
      const isVerbose = query.verbose !== undefined && query.verbose !== 'false'
      return reply
        .code(required.ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(isVerbose ? { ...required, optional: others, uptimeSeconds: process.uptime() } : required)
    })
    app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  }
}

/** After a restart a thousand viewers may come back at once; Node's own 511 makes the system drop some for seconds. */
const BACKLOG = 4_096

/**
 * Listens, and answers with the port that was bound.
 * @param variable the variable that sets the port, named when the port is taken.
 */
export async function listen(
  app: FastifyInstance,
  { host, port, variable }: { host: string; port: number; variable: string },
): Promise<number> {
  try {
    await app.listen({ host, port, backlog: BACKLOG })
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
  optional = {},
  routes,
  log,
}: {
  host: string
  port: number
  variable: string
  metrics: Metrics
  checks: Record<string, Check>
  /** Without these it works, only less well. */
  optional?: Record<string, Check>
  routes?: FastifyPluginAsync
  log: Log
}): Promise<AsyncDisposable & { port: number }> {
  const app = fastify({ forceCloseConnections: true })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) log.error({ err: error, url: request.url }, 'a request failed')
    return reply.code(status).send({ error: status >= 500 ? 'internal error' : error.message })
  })
  await app.register(probes({ metrics, checks, optional }))
  if (routes) await app.register(routes)
  const bound = await listen(app, { host, port, variable })
  return { port: bound, [Symbol.asyncDispose]: () => app.close() }
}
