import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Brand } from './brand.ts'
import { ClusterSection } from './cluster-section.tsx'
import { ConnectionPill } from './connection-pill.tsx'
import type { Connection } from './fleet/feed.ts'
import type { Fleet } from './fleet/fleet.ts'
import { type Hovered, ShardTooltip } from './grid/shard-tooltip.tsx'
import { useFleet } from './hooks.ts'
import { CurrentIncidents } from './incidents/current-incidents.tsx'
import type { Incidents } from './incidents/incidents.ts'
import { LivePastIncidents } from './incidents/live-past-incidents.tsx'
import { maintained } from './incidents/maintained.ts'
import { useIncidents } from './incidents/use-incidents.ts'
import { Legend } from './legend.tsx'
import { addressWith } from './lookup/guild-address.ts'
import { Lookup } from './lookup/lookup.tsx'
import { PageFooter } from './page-footer.tsx'
import { PageHeader } from './page-header.tsx'
import { useTitle } from './page-title.ts'
import { hashOf } from './shard-card/card-address.ts'
import { ShardCard } from './shard-card/shard-card.tsx'
import { useCard } from './shard-card/use-card.ts'
import type { ShardPlace } from './shard-details.ts'
import { useStaleness } from './staleness.ts'
import { useView, ViewSwitch } from './table/view-switch.tsx'
import { VerdictPanel } from './verdict-panel.tsx'

/** The page while it is live. */
export function App({
  fleet,
  connection,
  incidents,
  brand,
  guildAtFirst,
  typedAtFirst,
}: {
  fleet: Fleet
  connection: Connection
  incidents: Incidents
  brand: Brand
  guildAtFirst: string
  typedAtFirst: string | undefined
}) {
  const [found, setFound] = useState<ShardPlace[]>([])
  const [wanted, setWanted] = useState<ShardPlace>()
  const [hovered, setHovered] = useState<Hovered>()
  const card = useCard()
  const closeTooltip = useCallback(() => setHovered(undefined), [])
  const [view, setView] = useView()
  const forgetWanted = useCallback(() => setWanted(undefined), [])
  const showInGrid = useCallback(
    (place: ShardPlace) => {
      setView('grid')
      setWanted(place)
    },
    [setView],
  )
  useFleet(fleet)

  const clusters = fleet.clusters()
  const { open } = useIncidents(incidents)
  const planned = maintained(open)
  const nowMs = Date.now() + connection.skewMs
  const staleMs = useStaleness(connection)
  const title = useTitle(fleet, brand, planned, staleMs)
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <>
      <PageHeader brand={brand} home={addressWith('/', location.search)}>
        <ConnectionPill connection={connection} />
      </PageHeader>
      <main>
        <VerdictPanel fleet={fleet} staleMs={staleMs} maintained={planned} />
        <Lookup
          fleet={fleet}
          guildAtFirst={guildAtFirst}
          typedAtFirst={typedAtFirst}
          skewMs={connection.skewMs}
          staleMs={staleMs}
          onFound={setFound}
          onShow={showInGrid}
        />
        <CurrentIncidents open={open ?? []} nowMs={nowMs} />
        <div id="shards" class="shards-head" tabIndex={-1}>
          <Legend counts={fleet.counts()} />
          <ViewSwitch view={view} onChange={setView} />
        </div>
        {clusters.map(cluster => (
          <ClusterSection
            key={`${cluster.name} ${view}`}
            isTable={view === 'table'}
            fleet={fleet}
            cluster={cluster}
            found={found.find(place => place.cluster === cluster.name)?.shard}
            wanted={wanted?.cluster === cluster.name ? wanted.shard : undefined}
            onWent={forgetWanted}
            skewMs={connection.skewMs}
            onHover={setHovered}
            onSelect={card.open}
          />
        ))}
        <LivePastIncidents incidents={incidents} nowMs={nowMs} />
      </main>
      <PageFooter
        brand={brand}
        inLanguage={lang => addressWith(location.pathname, location.search, { lang })}
      />
      <ShardTooltip
        hovered={card.place ? undefined : hovered}
        fleet={fleet}
        skewMs={connection.skewMs}
        onClose={closeTooltip}
      />
      {card.place && (
        <ShardCard
          key={hashOf(card.place)}
          place={card.place}
          fleet={fleet}
          skewMs={connection.skewMs}
          lastFrameAtMs={connection.lastFrameAtMs}
          staleMs={staleMs}
          onClose={card.close}
        />
      )}
    </>
  )
}
