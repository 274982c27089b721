import { type Check, createReadiness, type Metrics, probes } from '@shardlight/service'
import type { ShardRegistry } from '@shardlight/shard-registry'
import type { Health } from '@shardlight/status-client'
import type { FastifyPluginAsync } from 'fastify'
import type { Records } from '../records.ts'

const saidPublicly = (outcome: string | undefined) => (outcome === 'ok' ? 'ok' : 'away')

/**
 * The probes of every process, and `/healthz` for people and what they have watch the page: no reasons there, since
 * those name addresses. Without PostgreSQL there is no history, but the live view needs none.
 */
export function probeRoutes({
  registry,
  records,
  metrics,
}: {
  registry: ShardRegistry
  records: Records
  metrics: Metrics
}): FastifyPluginAsync {
  const checks: Record<string, Check> = { registry: () => registry.check() }
  async function checkRecords(): Promise<void> {
    const problem = records.problem()
    if (problem !== undefined) throw new Error(problem)
  }
  const optional: Record<string, Check> = records.areKept ? { records: checkRecords } : {}
  const look = createReadiness(checks, optional)

  return async app => {
    await app.register(probes({ metrics, checks, optional }))
    app.get('/healthz', async (_, reply) => {
      const readiness = await look()
      const health: Health = {
        ready: readiness.ready,
        checks: {
          registry: saidPublicly(readiness.checks['registry']),
          records: records.areKept ? saidPublicly(readiness.optional['records']) : 'off',
        },
      }
      return reply
        .code(readiness.ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(health)
    })
  }
}
