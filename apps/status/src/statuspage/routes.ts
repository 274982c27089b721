import type { ClusterTable, ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { Directory } from '../directory.ts'
import { healthOf } from '../incidents/cluster-health.ts'
import type { IncidentWatch, KnownIncidents } from '../incidents/incident-watch.ts'
import { lastUpdatedAtMs } from '../incidents/read-routes.ts'
import { sendTagged } from '../incidents/send-tagged.ts'
import { cachingOfAddress, publicAddress } from '../public-address.ts'
import { type Facts, statuspageDocuments } from './documents.ts'

const NONE: KnownIncidents = { revision: 0, unresolved: [], recent: [] }

/** When a shard was last seen to change its state. */
function lastChangeMs(table: ClusterTable): number {
  let latestMs = 0
  for (let shard = 0; shard < table.totalShards; shard += 1)
    latestMs = Math.max(latestMs, table.get(shard)?.sinceMs ?? 0)
  return latestMs
}

/** `/api/v2/summary.json` and the others that Statuspage has, for tools that read them. */
export function statuspageRoutes({
  watch,
  directory,
  registry,
  name,
  publicUrl,
  nowMs = Date.now,
}: {
  watch: IncidentWatch
  directory: Directory
  registry: Pick<ShardRegistry, 'staleSinceMs'>
  name: string
  publicUrl: string | undefined
  nowMs?: () => number
}): FastifyPluginAsync {
  const startedAtMs = nowMs()

  function gather(incidents: KnownIncidents, url: string): Facts {
    const isShown = ({ cluster }: { cluster: string }) => directory.has(cluster)
    const unresolved = incidents.unresolved.filter(isShown)
    const recent = incidents.recent.filter(isShown)
    const atMs = nowMs()
    const isStale = registry.staleSinceMs() !== null
    const clusters = directory.clusters().map(table => ({
      name: table.name,
      health: healthOf(table, unresolved, atMs),
      sinceMs: lastChangeMs(table) || startedAtMs,
      isStale,
    }))
    const times = [lastUpdatedAtMs([...unresolved, ...recent]), ...clusters.map(({ sinceMs }) => sinceMs)]
    const updatedAtMs = Math.max(...times) || startedAtMs
    return { name, url, atMs, updatedAtMs, clusters, unresolved, recent }
  }

  return async app => {
    for (const { path, needsIncidents, write } of statuspageDocuments)
      app.get(`/api/v2/${path}`, async (request, reply) => {
        const incidents = await watch.current().catch(error => {
          if (needsIncidents) throw error
          // What was known last is likelier than that there is nothing.
          return watch.known ?? NONE
        })
        return sendTagged(request, reply, {
          type: 'application/json; charset=utf-8',
          body: JSON.stringify(write(gather(incidents, publicAddress(publicUrl, request)))),
          cacheControl: cachingOfAddress(publicUrl, 10),
        })
      })
  }
}
