import { ShardState } from '@shardlight/shard-registry'
import type { Fleet } from '../fleet/fleet.ts'
import { useNow } from '../hooks.ts'
import { ShardNotices } from '../notices/shard-notices.tsx'
import { useShardDetails } from '../shard-details.ts'
import { ShardFacts } from '../shard-facts.tsx'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { lookupWords } from './lookup-words.ts'

/** The answer for one cluster. */
export function FoundShard({
  fleet,
  cluster,
  shard,
  guildId,
  showCluster,
  skewMs,
  onClear,
}: {
  fleet: Fleet
  cluster: string
  shard: number
  guildId: bigint
  showCluster: boolean
  skewMs: number
  onClear: () => void
}) {
  const nowMs = useNow() + skewMs
  const states = fleet.cluster(cluster)?.states
  const state = states?.[shard] ?? ShardState.Unknown
  const details = useShardDetails({ cluster, shard }, state)
  const { name, sign } = lookOf(state)
  const { count } = useTongue()
  const words = useWords(lookupWords)
  const { where } = words
  const stateName = useWords(stateWords)[name].name
  return (
    <article class="found" data-state={state}>
      <span class="swatch swatch-big" data-state={state} aria-hidden="true">
        {sign || '✓'}
      </span>
      <div class="found-words">
        <h2>
          {words.answers[name]}
          {showCluster && <span class="found-cluster"> · {cluster}</span>}
        </h2>
        <p>
          {where.server}
          <span class="number">{String(guildId)}</span>
          {where.isOn}
          <strong>{words.shard(String(shard))}</strong>
          {where.of}
          {count(states?.length ?? 0)}
          {where.is}
          <strong>{stateName}</strong>
          {where.end}
        </p>
        <ShardNotices cluster={fleet.cluster(cluster)} shard={shard} />
        <div class="found-facts" aria-live="off">
          {details && <ShardFacts details={details} nowMs={nowMs} />}
        </div>
      </div>
      <button type="button" class="found-close" aria-label={words.clear} onClick={onClear}>
        ×
      </button>
    </article>
  )
}
