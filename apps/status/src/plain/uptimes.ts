import { type UptimeAnswer, uptimeAnswerSchema } from '@shardlight/status-client'
import type { FastifyInstance } from 'fastify'

const GOOD_FOR_MS = 60_000

export type Uptimes = (cluster: string) => UptimeAnswer | undefined

/**
 * What is known of the last days, as the API tells it. A page never waits for it: the first one goes without, and
 * where PostgreSQL is away the last that was known stays.
 */
export function createUptimes(app: FastifyInstance, nowMs: () => number = () => performance.now()): Uptimes {
  const known = new Map<string, UptimeAnswer>()
  const askedMs = new Map<string, number>()

  async function ask(cluster: string): Promise<void> {
    const answer = await app.inject(`/api/v2/clusters/${encodeURIComponent(cluster)}/uptime`)
    const read = answer.statusCode === 200 ? uptimeAnswerSchema.safeParse(answer.json()) : undefined
    if (read?.success && read.data.isKept) known.set(cluster, read.data)
    else if (read?.success || answer.statusCode === 404) known.delete(cluster)
  }

  return cluster => {
    const last = askedMs.get(cluster)
    if (last === undefined || nowMs() - last >= GOOD_FOR_MS) {
      askedMs.set(cluster, nowMs())
      // Whatever goes wrong is logged where it does, and asked for again in a minute.
      ask(cluster).catch(() => {})
    }
    return known.get(cluster)
  }
}
