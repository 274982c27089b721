import type { ComponentChildren } from 'preact'
import type { Brand } from '../brand.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { Legend } from '../legend.tsx'
import { addressWith } from '../lookup/guild-address.ts'
import { PageFooter } from '../page-footer.tsx'
import { PageHeader } from '../page-header.tsx'
import { pageWords } from '../page-words.ts'
import { VerdictPanel } from '../verdict-panel.tsx'
import { useTongue, useWords } from '../words/use-words.ts'
import { PlainCluster } from './plain-cluster.tsx'
import { plainWords } from './plain-words.ts'

/** How good the facts are: of when, and whether they are only the last known ones. */
export type Stamp = { atMs: number; staleSinceMs: number | null }

/** The page with the same facts and no script. */
export function PlainPage({
  fleet,
  brand,
  stamp: { atMs, staleSinceMs },
  search,
  children,
}: {
  fleet: Fleet
  brand: Brand
  stamp: Stamp
  /** The query, for what the visitor has chosen in it. */
  search: string
  /** The lookup, and its answer. */
  children: ComponentChildren
}) {
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
          <a href={search || '?'}>{words.reload}</a>
        </p>
      </PageHeader>
      <main id="shards">
        <VerdictPanel fleet={fleet} isLive={staleSinceMs === null} />
        {children}
        <Legend counts={fleet.counts()} />
        {clusters.map(cluster => (
          <PlainCluster key={cluster.name} cluster={cluster} nowMs={atMs} />
        ))}
      </main>
      <PageFooter brand={brand} inLanguage={lang => addressWith('', search, { lang })} />
    </>
  )
}
