import { useEffect, useRef } from 'preact/hooks'
import type { Cluster, Fleet } from './fleet/fleet.ts'
import { ago, count, counted } from './format.ts'
import { createShardGrid, type ShardGrid } from './grid/shard-grid.ts'
import type { Hovered } from './grid/shard-tooltip.tsx'
import { useNow } from './hooks.ts'
import { NoticeList } from './notices/notice-list.tsx'
import type { ShardPlace } from './shard-details.ts'

function Figure({ value, name }: { value: string; name: string }) {
  return (
    <div class="figure">
      <dd>{value}</dd>
      <dt>{name}</dt>
    </div>
  )
}

/** One cluster: its figures, and the grid of its shards. */
export function ClusterSection({
  fleet,
  cluster,
  found,
  scrollsToFound,
  skewMs,
  onHover,
  onSelect,
}: {
  fleet: Fleet
  cluster: Cluster
  found: number | undefined
  /** Of several clusters, only one can be brought into view. */
  scrollsToFound: boolean
  skewMs: number
  onHover: (hovered: Hovered | undefined) => void
  onSelect: (place: ShardPlace) => void
}) {
  const nowMs = useNow() + skewMs
  const place = useRef<HTMLDivElement>(null)
  const grid = useRef<ShardGrid>(undefined)
  const { name } = cluster
  const total = cluster.states.length

  useEffect(() => {
    if (!place.current) return undefined
    const created = createShardGrid(place.current, {
      cluster: name,
      states: () => fleet.cluster(name)?.states ?? new Uint8Array(0),
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
  }, [fleet, name, total, onHover, onSelect])

  useEffect(() => grid.current?.mark(found, { scroll: scrollsToFound }), [found, scrollsToFound, total])

  return (
    <section class="cluster" aria-label={`Cluster ${name}`}>
      <div class="cluster-head">
        <h2>{name}</h2>
        <dl class="figures">
          <Figure value={count(total)} name={total === 1 ? 'shard' : 'shards'} />
          <Figure value={count(cluster.guilds)} name={cluster.guilds === 1 ? 'server' : 'servers'} />
          <Figure value={count(cluster.processes)} name={cluster.processes === 1 ? 'process' : 'processes'} />
        </dl>
        <p class="cluster-age">
          {cluster.lastPushMs === null ? 'not heard from yet' : `heard ${ago(nowMs - cluster.lastPushMs)}`}
        </p>
      </div>
      <NoticeList notices={cluster.notices} nowMs={nowMs} />
      {total === 0 && <p class="cluster-empty">This cluster has not told yet how many shards it has.</p>}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form, these are not its controls */}
      <div ref={place} aria-label={`${counted(total, 'shard')} of ${name}`} role="group" class="grid" />
    </section>
  )
}
