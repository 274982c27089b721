import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ClusterSection } from './cluster-section.tsx'
import { ConnectionPill } from './connection-pill.tsx'
import { type Connection, followFeed } from './fleet/feed.ts'
import { createFleet } from './fleet/fleet.ts'
import { type Hovered, ShardTooltip } from './grid/shard-tooltip.tsx'
import { useFleet } from './hooks.ts'
import { Legend } from './legend.tsx'
import { Logo } from './logo.tsx'
import { guildOfPath } from './lookup/guild-address.ts'
import { Lookup } from './lookup/lookup.tsx'
import type { ShardPlace } from './shard-details.ts'
import { VerdictPanel } from './verdict-panel.tsx'

export function App() {
  const fleet = useMemo(() => createFleet(), [])
  const [connection, setConnection] = useState<Connection>({
    isLive: false,
    lastFrameAtMs: undefined,
    skewMs: 0,
  })
  const [found, setFound] = useState<ShardPlace[]>([])
  const [hovered, setHovered] = useState<Hovered>()
  const [, setSelected] = useState<ShardPlace>()
  const closeTooltip = useCallback(() => setHovered(undefined), [])
  const guildAtFirst = useRef(guildOfPath(location.pathname))
  useFleet(fleet)

  useEffect(() => {
    followFeed({
      address: () => new URL('/api/v2/feed', location.href.replace(/^http/, 'ws')),
      onFrame: frame => fleet.apply(frame),
      onConnection: setConnection,
    })
  }, [fleet])

  const clusters = fleet.clusters()
  const isLoaded = connection.lastFrameAtMs !== undefined
  return (
    <>
      <header class="top">
        <a class="brand" href="/">
          <Logo />
          <span>
            Shardlight <span class="brand-what">status</span>
          </span>
        </a>
        <ConnectionPill connection={connection} />
      </header>
      <main>
        <VerdictPanel fleet={fleet} isLoaded={isLoaded} isLive={connection.isLive} />
        <Lookup
          fleet={fleet}
          isLoaded={isLoaded}
          guildAtFirst={guildAtFirst.current}
          skewMs={connection.skewMs}
          onFound={setFound}
        />
        {isLoaded && <Legend counts={fleet.counts()} />}
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
      <footer>
        <span>A shard is one connection of the bot to Discord. Your server is on exactly one of them.</span>
        <a href="/openapi.json">API</a>
      </footer>
      <ShardTooltip hovered={hovered} fleet={fleet} skewMs={connection.skewMs} onClose={closeTooltip} />
    </>
  )
}
