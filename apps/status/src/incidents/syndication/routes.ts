import type { FastifyPluginAsync } from 'fastify'
import type { Directory } from '../../directory.ts'
import { cachingOfAddress, publicAddress } from '../../public-address.ts'
import type { IncidentWatch } from '../incident-watch.ts'
import { lastUpdatedAtMs } from '../read-routes.ts'
import { sendTagged } from '../send-tagged.ts'
import { feedDocuments } from './documents.ts'
import { entryOf, uuidOf } from './entries.ts'

const MOST_ENTRIES = 50

/** `/feed.atom`, `/feed.rss` and `/feed.json`: an entry for each incident, and with `?cluster=` of that cluster alone. */
export function syndicationRoutes({
  watch,
  directory,
  name,
  publicUrl,
}: {
  watch: IncidentWatch
  directory: Directory
  /** Whose incidents they are. */
  name: string
  publicUrl: string | undefined
}): FastifyPluginAsync {
  return async app => {
    for (const [path, { type, write }] of Object.entries(feedDocuments))
      app.get<{ Querystring: { cluster?: unknown } }>(path, async (request, reply) => {
        const { cluster } = request.query
        const only = cluster === undefined ? undefined : directory.cluster(String(cluster)).name
        const { unresolved, recent } = await watch.current()
        const incidents = [...unresolved, ...recent]
          .filter(one => (only === undefined ? directory.has(one.cluster) : one.cluster === only))
          .toSorted((one, other) => other.id - one.id)
          .slice(0, MOST_ENTRIES)
        const address = publicAddress(publicUrl, request)
        const channel = {
          id: uuidOf('incidents', name, only ?? ''),
          title: `${name} status${only === undefined ? '' : `: ${only}`}`,
          description: 'Outages, incidents and planned maintenance',
          link: `${address}/`,
          self: `${address}${path}${only === undefined ? '' : `?cluster=${only}`}`,
        }
        void reply.header('access-control-allow-origin', '*')
        return sendTagged(request, reply, {
          type,
          body: write(
            channel,
            incidents.map(incident => entryOf(incident, address)),
          ),
          cacheControl: cachingOfAddress(publicUrl, 60),
          modifiedAtMs: lastUpdatedAtMs(incidents),
        })
      })
  }
}
