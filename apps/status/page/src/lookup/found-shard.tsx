import { ShardState } from '@shardlight/shard-registry'
import type { ComponentChildren } from 'preact'
import { ComingOfServer } from '../coming/coming-shard.tsx'
import type { Cluster, Fleet } from '../fleet/fleet.ts'
import { useNow } from '../hooks.ts'
import { ShardNotices } from '../notices/shard-notices.tsx'
import { hashOf } from '../shard-card/card-address.ts'
import { cardWords } from '../shard-card/card-words.ts'
import { useShardDetails } from '../shard-details.ts'
import { ShardFacts } from '../shard-facts.tsx'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { lookupWords } from './lookup-words.ts'

type Found = {
  shard: number
  guildId: bigint
  showCluster: boolean
}

/** The answer for one cluster; below it, what more is known of the shard. */
export function FoundAnswer({
  cluster,
  state,
  shard,
  guildId,
  showCluster,
  close,
  children,
}: Found & { cluster: Cluster; state: number; close?: ComponentChildren; children?: ComponentChildren }) {
  const { count } = useTongue()
  const words = useWords(lookupWords)
  const { where } = words
  const { name, sign } = lookOf(state)
  const stateName = useWords(stateWords)[name].name
  return (
    <article class="found" data-state={state}>
      <span class="swatch swatch-big" data-state={state} aria-hidden="true">
        {sign || '✓'}
      </span>
      <div class="found-words">
        <h2>
          {words.answers[name]}
          {showCluster && <span class="found-cluster"> · {cluster.name}</span>}
        </h2>
        <p>
          {where.server}
          <span class="number">{String(guildId)}</span>
          {where.isOn}
          <strong>{words.shard(String(shard))}</strong>
          {where.of}
          {count(cluster.states.length)}
          {where.is}
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
  onClear,
  ...found
}: Found & { fleet: Fleet; name: string; skewMs: number; onClear: () => void }) {
  const nowMs = useNow() + skewMs
  const { clear } = useWords(lookupWords)
  const { more } = useWords(cardWords)
  const cluster = fleet.cluster(name)
  const state = cluster?.states[found.shard] ?? ShardState.Unknown
  const details = useShardDetails({ cluster: name, shard: found.shard }, state)
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
      <a class="found-more" href={hashOf({ cluster: name, shard: found.shard })}>
        {more}
      </a>
      {details?.coming && <ComingOfServer coming={details.coming} guildId={found.guildId} />}
    </FoundAnswer>
  )
}
