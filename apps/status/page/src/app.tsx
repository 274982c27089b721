import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Brand } from './brand.ts'
import { ClusterSection } from './cluster-section.tsx'
import { ConnectionPill } from './connection-pill.tsx'
import type { Connection } from './fleet/feed.ts'
import type { Fleet } from './fleet/fleet.ts'
import { type Hovered, ShardTooltip } from './grid/shard-tooltip.tsx'
import { useFleet } from './hooks.ts'
import { Legend } from './legend.tsx'
import { addressWith } from './lookup/guild-address.ts'
import { Lookup } from './lookup/lookup.tsx'
import { PageFooter } from './page-footer.tsx'
import { PageHeader } from './page-header.tsx'
import { useTitle } from './page-title.ts'
import type { ShardPlace } from './shard-details.ts'
import { VerdictPanel } from './verdict-panel.tsx'

/** The page while it is live. */
export function App({
  fleet,
  connection,
  brand,
  guildAtFirst,
  typedAtFirst,
}: {
  fleet: Fleet
  connection: Connection
  brand: Brand
  guildAtFirst: string
  typedAtFirst: string | undefined
}) {
  const [found, setFound] = useState<ShardPlace[]>([])
  const [hovered, setHovered] = useState<Hovered>()
  const [, setSelected] = useState<ShardPlace>()
  const closeTooltip = useCallback(() => setHovered(undefined), [])
  useFleet(fleet)

  const clusters = fleet.clusters()
  const title = useTitle(fleet, brand)
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <>
      <PageHeader brand={brand} home={addressWith('/', location.search)}>
        <ConnectionPill connection={connection} />
      </PageHeader>
      <main>
        <VerdictPanel fleet={fleet} isLive={connection.isLive && connection.staleSinceMs === null} />
        <Lookup
          fleet={fleet}
          guildAtFirst={guildAtFirst}
          typedAtFirst={typedAtFirst}
          skewMs={connection.skewMs}
          onFound={setFound}
        />
        <Legend counts={fleet.counts()} />
        {clusters.map(cluster => (
          <ClusterSection
            key={cluster.name}
            fleet={fleet}
            cluster={cluster}
            found={found.find(place => place.cluster === cluster.name)?.shard}
            scrollsToFound={found[0]?.cluster === cluster.name}
            skewMs={connection.skewMs}
            onHover={setHovered}
            onSelect={setSelected}
          />
        ))}
      </main>
      <PageFooter
        brand={brand}
        inLanguage={lang => addressWith(location.pathname, location.search, { lang })}
      />
      <ShardTooltip hovered={hovered} fleet={fleet} skewMs={connection.skewMs} onClose={closeTooltip} />
    </>
  )
}
