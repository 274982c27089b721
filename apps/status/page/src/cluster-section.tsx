import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { ClusterHead } from './cluster-head.tsx'
import { clusterWords } from './cluster-words.ts'
import { ComingLayout } from './coming/coming-layout.tsx'
import type { Cluster, Fleet } from './fleet/fleet.ts'
import { isLarge, isMany } from './grid/grid-size.ts'
import { gridWords } from './grid/grid-words.ts'
import { NotOnlineList } from './grid/not-online-list.tsx'
import { createShardGrid, type ShardGrid } from './grid/shard-grid.ts'
import type { Hovered } from './grid/shard-tooltip.tsx'
import { UptimeHistory } from './history/uptime-history.tsx'
import { useNow } from './hooks.ts'
import { NoticeList } from './notices/notice-list.tsx'
import type { ShardPlace } from './shard-details.ts'
import { lookOf } from './states.ts'
import { ShardTable } from './table/shard-table.tsx'
import { stateWords } from './words/states.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** One cluster: its figures, and the grid of its shards. */
export function ClusterSection({
  fleet,
  cluster,
  isTable,
  found,
  wanted,
  onWent,
  skewMs,
  onHover,
  onSelect,
}: {
  fleet: Fleet
  cluster: Cluster
  /** Whether its shards are shown as a table. */
  isTable: boolean
  found: number | undefined
  /** The shard that somebody wants to see in the grid, until the grid has gone there. */
  wanted: number | undefined
  onWent: () => void
  skewMs: number
  onHover: (hovered: Hovered | undefined) => void
  onSelect: (place: ShardPlace) => void
}) {
  const nowMs = useNow() + skewMs
  const place = useRef<HTMLDivElement>(null)
  const grid = useRef<ShardGrid>(undefined)
  const words = useWords(gridWords)
  const names = useWords(stateWords)
  const { cluster: clusterLabel, noShards } = useWords(clusterWords)
  const { ago } = useTongue()
  const { name, lastPushMs } = cluster
  const total = cluster.states.length
  const goTo = useCallback((shard: number) => grid.current?.goTo(shard), [])

  // Before the first paint: what lies below must not be seen to jump.
  useLayoutEffect(() => {
    if (!place.current) return undefined
    const created = createShardGrid(place.current, {
      cluster: name,
      states: () => fleet.cluster(name)?.states ?? new Uint8Array(0),
      words: {
        ...words,
        label: (shard, state) => words.label(shard, names[lookOf(state).name].name),
        state: state => names[lookOf(state).name].name,
      },
      onHover,
      onSelect,
    })
    grid.current = created
    const unsubscribe = fleet.subscribe(change => {
      if (change.all) created.showAll()
      else created.show(change.shards.get(name) ?? [])
    })
    return () => {
      unsubscribe()
      created.remove()
    }
  }, [fleet, name, total, words, names, onHover, onSelect])

  useEffect(() => grid.current?.mark(found), [found, total])
  useEffect(() => {
    if (wanted === undefined) return
    goTo(wanted)
    onWent()
  }, [wanted, goTo, onWent])

  return (
    <section class={isLarge(total) ? 'cluster cluster-large' : 'cluster'} aria-label={clusterLabel(name)}>
      <ClusterHead cluster={cluster} heard={lastPushMs === null ? undefined : ago(nowMs - lastPushMs)} />
      <NoticeList notices={cluster.notices} nowMs={nowMs} />
      {total === 0 && <p class="cluster-empty">{noShards}</p>}
      {isTable ? (
        <ShardTable cluster={cluster} found={found} nowMs={nowMs} />
      ) : (
        <>
          {isMany(total) && (
            <NotOnlineList
              states={cluster.states}
              atMs={nowMs}
              isOnlyForPhones={!isLarge(total)}
              onGo={goTo}
            />
          )}
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form, these are not its controls */}
          <div ref={place} aria-label={words.shardsOf(total, name)} role="group" class="grid" />
        </>
      )}
      {cluster.coming && <ComingLayout coming={cluster.coming} />}
      <UptimeHistory cluster={name} />
    </section>
  )
}
