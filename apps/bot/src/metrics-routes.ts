import type { FleetMetrics, ShardProcessInfo } from '@shardlight/cluster'
import type { FastifyPluginAsync } from 'fastify'
import { Registry } from 'prom-client'

/** Less than Prometheus' own ten seconds, so that it is told why. */
const PROCESS_TIMEOUT_MS = 5_000

/** An item of Prometheus' service discovery by HTTP (docs, "HTTP SD"). */
export type TargetGroup = { targets: string[]; labels: Record<string, string> }

/**
 * Everything of this manager that Prometheus scrapes. All of it is had from the manager's own address, by another path
 * each: shard processes come and go at ports that nobody outside can know, and serve on the loopback address only.
 * No `shardlight_` series is in two of them, so that a sum over all counts nothing twice.
 */
export const targetsOf = ({
  address,
  cluster,
  processes,
}: {
  /** Of the manager, for whoever asks. */
  address: string
  cluster: string
  processes: Pick<ShardProcessInfo, 'id'>[]
}): TargetGroup[] => {
  const target = (path: string, labels: Record<string, string>): TargetGroup => ({
    targets: [address],
    labels: { __metrics_path__: path, cluster, ...labels },
  })
  return [
    target('/metrics', { app: 'manager' }),
    target('/metrics/fleet', { app: 'fleet' }),
    ...processes.map(({ id }) =>
      target(`/metrics/processes/${id}`, { app: 'shard-process', process: String(id) }),
    ),
  ]
}

/** What Prometheus asks a manager for besides `/metrics`. */
export function metricsRoutes({
  cluster,
  processes,
  fleet,
}: {
  /** The name of the bot's cluster. */
  cluster: string
  processes: () => ShardProcessInfo[]
  fleet: FleetMetrics
}): FastifyPluginAsync {
  const contentType = Registry.PROMETHEUS_CONTENT_TYPE
  return async app => {
    app.get('/prometheus/targets', async ({ host }) =>
      targetsOf({ address: host, cluster, processes: processes() }),
    )
    app.get('/metrics/fleet', async (_, reply) => reply.type(contentType).send(await fleet.text()))
    app.get<{ Params: { id: string } }>('/metrics/processes/:id', async ({ params }, reply) => {
      const found = processes().find(({ id }) => String(id) === params.id)
      if (!found) return reply.code(404).send({ error: `there is no shard process ${params.id}` })
      if (found.port === null)
        return reply.code(503).send({ error: `shard process ${found.id} is ${found.state}` })
      try {
        const answer = await fetch(`http://127.0.0.1:${found.port}/metrics/process`, {
          signal: AbortSignal.timeout(PROCESS_TIMEOUT_MS),
        })
        if (!answer.ok) throw new Error(`status ${answer.status}`)
        return reply.type(contentType).send(await answer.text())
      } catch {
        return reply.code(503).send({ error: `shard process ${found.id} does not answer` })
      }
    })
  }
}
