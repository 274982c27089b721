import type { ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Directory } from '../directory.ts'
import { type ClusterHealth, healthOf, withShards } from '../incidents/cluster-health.ts'
import type { IncidentWatch } from '../incidents/incident-watch.ts'
import { oneLine } from '../incidents/plain-text.ts'
import { sendTagged } from '../incidents/send-tagged.ts'
import { type BadgeColour, drawBadge } from './badge.ts'

const MOST_LABEL = 40

type Labelled = { Querystring: { label?: unknown } }

const count = (value: number) => new Intl.NumberFormat('en').format(value)

/** A few words for some clusters together; the worst of them gives the colour, and what is planned counts for none. */
export function sayHealth(
  all: readonly ClusterHealth[],
  { isStale }: { isStale: boolean },
): { value: string; colour: BadgeColour } {
  const said = sayKnown(all)
  return isStale ? { value: `${said.value}, when last known`, colour: 'none' } : said
}

function sayKnown(all: readonly ClusterHealth[]): { value: string; colour: BadgeColour } {
  const clusters = withShards(all)
  const running = clusters.filter(({ level }) => level !== 'under_maintenance')
  if (clusters.length > 0 && running.length === 0) return { value: 'maintenance', colour: 'none' }
  const sum = (of: 'online' | 'down' | 'unknown' | 'total') =>
    running.reduce((before, cluster) => before + cluster[of], 0)
  const [down, total] = [sum('down'), sum('total')]
  if (sum('unknown') === total) return { value: 'unknown', colour: 'none' }
  if (down === total) return { value: 'down', colour: 'bad' }
  const isBad = running.some(({ level }) => level === 'partial_outage' || level === 'major_outage')
  if (down > 0)
    return { value: `${count(down)} of ${count(total)} shards down`, colour: isBad ? 'bad' : 'warning' }
  if (running.every(({ level }) => level === 'operational')) return { value: 'up', colour: 'good' }
  return { value: `${count(sum('online'))} of ${count(total)} shards up`, colour: 'warning' }
}

/** `/badge.svg?cluster=&label=` and `/badge/:cluster.svg?label=`, as pictures in other people's pages. */
export function badgeRoutes({
  watch,
  directory,
  registry,
  name,
  nowMs = Date.now,
}: {
  watch: Pick<IncidentWatch, 'known'>
  directory: Directory
  registry: Pick<ShardRegistry, 'staleSinceMs'>
  name: string
  nowMs?: () => number
}): FastifyPluginAsync {
  function send(request: FastifyRequest<Labelled>, reply: FastifyReply, cluster: string | undefined) {
    const { label } = request.query
    const tables = directory.clusters().filter(table => cluster === undefined || table.name === cluster)
    const isUnknown = cluster !== undefined && tables.length === 0
    const unresolved = watch.known?.unresolved ?? []
    const said = isUnknown
      ? { value: 'no such cluster', colour: 'none' as const }
      : sayHealth(
          tables.map(table => healthOf(table, unresolved, nowMs())),
          { isStale: registry.staleSinceMs() !== null },
        )
    const words = typeof label === 'string' ? label : (cluster ?? name)
    const svg = drawBadge({ label: Array.from(oneLine(words)).slice(0, MOST_LABEL).join(''), ...said })
    void reply.code(isUnknown ? 404 : 200)
    // Pages on other sites may show it, also those that ask for nothing but what says so.
    void reply.headers({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' })
    return sendTagged(request, reply, {
      type: 'image/svg+xml; charset=utf-8',
      body: svg,
      cacheControl: 'public, max-age=30',
    })
  }

  return async app => {
    app.get<{ Querystring: { cluster?: unknown; label?: unknown } }>('/badge.svg', async (request, reply) => {
      const { cluster } = request.query
      return send(request, reply, cluster === undefined ? undefined : String(cluster))
    })
    app.get<{ Params: { cluster: string } } & Labelled>('/badge/:cluster.svg', async (request, reply) =>
      send(request, reply, request.params.cluster),
    )
  }
}
