import { ShardState } from '@shardlight/shard-registry'
import type { ComponentChildren } from 'preact'
import { ComingOfServer } from '../coming/coming-shard.tsx'
import type { Cluster, Fleet } from '../fleet/fleet.ts'
import { useNow } from '../hooks.ts'
import { ShardNotices } from '../notices/shard-notices.tsx'
import { hashOf } from '../shard-card/card-address.ts'
import { cardWords } from '../shard-card/card-words.ts'
import { type ShardPlace, useShardDetails } from '../shard-details.ts'
import { ShardFacts } from '../shard-facts.tsx'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { lookupWords } from './lookup-words.ts'

type Found = {
  shard: number
  guildId: bigint
  /** How old the picture is, where it is not of now. */
  staleMs: number | undefined
  showCluster: boolean
}

/** The answer for one cluster; below it, what more is known of the shard. */
export function FoundAnswer({
  cluster,
  state,
  shard,
  guildId,
  staleMs,
  showCluster,
  close,
  children,
}: Found & { cluster: Cluster; state: number; close?: ComponentChildren; children?: ComponentChildren }) {
  const { ago, count } = useTongue()
  const words = useWords(lookupWords)
  const { where, was } = words
  const { name } = lookOf(state)
  const shown = staleMs === undefined ? state : ShardState.Unknown
  const wasSo = state === ShardState.Online ? was.up : was.notUp
  const stateName = useWords(stateWords)[name].name
  return (
    <article class="found" data-state={shown}>
      <span class="swatch swatch-big" data-state={shown} aria-hidden="true">
        {lookOf(shown).sign || '✓'}
      </span>
      <div class="found-words">
        <h2>
          {staleMs === undefined || state === ShardState.Unknown ? (
            words.answers[name]
          ) : (
            <>
              {wasSo}
              {/* It changes every second, and is not to be read out each time. */}
              <span aria-live="off">{ago(staleMs)}</span>
              {was.end}
            </>
          )}
          {showCluster && <span class="found-cluster"> · {cluster.name}</span>}
        </h2>
        <p>
          {where.server}
          <span class="number">{String(guildId)}</span>
          {where.isOn}
          <strong>{words.shard(String(shard))}</strong>
          {where.of}
          {count(cluster.states.length)}
          {staleMs === undefined ? where.is : where.was}
          <strong>{stateName}</strong>
          {where.end}
        </p>
        <ShardNotices cluster={cluster} shard={shard} />
        <div class="found-facts" aria-live="off">
          {children}
        </div>
      </div>
      {close}
    </article>
  )
}

/** The answer, and what is known of the shard, for as long as they are looked at. */
export function FoundShard({
  fleet,
  name,
  skewMs,
  onShow,
  onClear,
  ...found
}: Found & {
  fleet: Fleet
  name: string
  skewMs: number
  onShow: (place: ShardPlace) => void
  onClear: () => void
}) {
  const nowMs = useNow() + skewMs
  const { clear, showInGrid } = useWords(lookupWords)
  const { more } = useWords(cardWords)
  const cluster = fleet.cluster(name)
  const state = cluster?.states[found.shard] ?? ShardState.Unknown
  const place = { cluster: name, shard: found.shard }
  const { details } = useShardDetails(place, state)
  if (!cluster) return null
  return (
    <FoundAnswer
      {...found}
      cluster={cluster}
      state={state}
      close={
        <button type="button" class="found-close" aria-label={clear} onClick={onClear}>
          ×
        </button>
      }
    >
      {details && <ShardFacts details={details} nowMs={nowMs} />}
      <p class="found-more">
        <button type="button" onClick={() => onShow(place)}>
          {showInGrid}
        </button>
        <a href={hashOf(place)}>{more}</a>
      </p>
      {details?.coming && <ComingOfServer coming={details.coming} guildId={found.guildId} />}
    </FoundAnswer>
  )
}
