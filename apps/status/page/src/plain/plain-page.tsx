import type { UptimeAnswer } from '@shardlight/status-client'
import type { ComponentChildren } from 'preact'
import type { Brand } from '../brand.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { CurrentIncidents } from '../incidents/current-incidents.tsx'
import { maintained } from '../incidents/maintained.ts'
import { lately, PastIncidents, UnreadIncidents } from '../incidents/past-incidents.tsx'
import type { ToldIncidents } from '../incidents/told-incidents.ts'
import { Legend } from '../legend.tsx'
import { addressWith } from '../lookup/guild-address.ts'
import { PageFooter } from '../page-footer.tsx'
import { PageHeader } from '../page-header.tsx'
import { pageWords } from '../page-words.ts'
import { staleMsOf } from '../staleness.ts'
import { VerdictPanel } from '../verdict-panel.tsx'
import { useTongue, useWords } from '../words/use-words.ts'
import { PlainCluster } from './plain-cluster.tsx'
import { plainWords } from './plain-words.ts'

/** How good the facts are: of when, and whether they are only the last known ones. */
export type Stamp = { atMs: number; staleSinceMs: number | null }

export const staleMsOfStamp = ({ atMs, staleSinceMs }: Stamp): number | undefined =>
  staleSinceMs === null ? undefined : staleMsOf(atMs - staleSinceMs)

/** The page with the same facts and no script. */
export function PlainPage({
  fleet,
  incidents,
  uptimes,
  brand,
  stamp,
  search,
  children,
}: {
  fleet: Fleet
  /** Undefined where they cannot be read. */
  incidents: ToldIncidents | undefined
  uptimes: (cluster: string) => UptimeAnswer | undefined
  brand: Brand
  stamp: Stamp
  /** The query, for what the visitor has chosen in it. */
  search: string
  /** The lookup, and its answer. */
  children: ComponentChildren
}) {
  const { atMs, staleSinceMs } = stamp
  const tongue = useTongue()
  const words = useWords(plainWords)
  const { lastKnown } = useWords(pageWords)
  const clusters = fleet.clusters()
  return (
    <>
      <PageHeader brand={brand} home={addressWith('/', search)}>
        <p class="pill pill-away">
          {staleSinceMs === null
            ? words.asOf(tongue.moment(atMs, atMs))
            : lastKnown(tongue.duration(atMs - staleSinceMs))}
          {/* What takes over by itself needs none, and the header keeps its height. */}
          <noscript>
            <a href={search || '?'}>{words.reload}</a>
          </noscript>
        </p>
      </PageHeader>
      <main>
        <VerdictPanel
          fleet={fleet}
          staleMs={staleMsOfStamp(stamp)}
          maintained={maintained(incidents?.open)}
        />
        {children}
        <CurrentIncidents open={incidents?.open ?? []} nowMs={atMs} />
        <div id="shards" class="shards-head" tabIndex={-1}>
          <Legend counts={fleet.counts()} />
        </div>
        {clusters.map(cluster => (
          <PlainCluster key={cluster.name} cluster={cluster} uptime={uptimes(cluster.name)} nowMs={atMs} />
        ))}
        {incidents ? (
          <PastIncidents shown={lately(incidents.past, atMs)} nowMs={atMs} />
        ) : (
          <UnreadIncidents />
        )}
      </main>
      <PageFooter brand={brand} inLanguage={lang => addressWith('', search, { lang })} />
    </>
  )
}
