import { ShardState } from '@shardlight/shard-registry'
import type { Fleet } from '../fleet/fleet.ts'
import { count } from '../format.ts'
import { useNow } from '../hooks.ts'
import { ShardNotices } from '../notices/shard-notices.tsx'
import { useShardDetails } from '../shard-details.ts'
import { ShardFacts } from '../shard-facts.tsx'
import { lookOf } from '../states.ts'

const ANSWERS: Record<ShardState, string> = {
  [ShardState.Online]: 'Yes, it is up',
  [ShardState.Unhealthy]: 'No, it does not answer',
  [ShardState.Offline]: 'No, it is switched off',
  [ShardState.Starting]: 'Not yet, it is starting',
  [ShardState.Resuming]: 'Almost, it is reconnecting',
  [ShardState.Stopping]: 'It is being switched off',
  [ShardState.Unknown]: 'Nothing was heard yet',
}

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
  const answer = Object.entries(ANSWERS).find(([of]) => Number(of) === state)?.[1]
  return (
    <article class="found" data-state={state}>
      <span class="swatch swatch-big" data-state={state} aria-hidden="true">
        {sign || '✓'}
      </span>
      <div class="found-words">
        <h2>
          {answer}
          {showCluster && <span class="found-cluster"> · {cluster}</span>}
        </h2>
        <p>
          Server <span class="number">{String(guildId)}</span> is on <strong>shard {shard}</strong> of{' '}
          {count(states?.length ?? 0)}, which is <strong>{name}</strong>.
        </p>
        <ShardNotices cluster={fleet.cluster(cluster)} shard={shard} />
        <div class="found-facts" aria-live="off">
          {details && <ShardFacts details={details} nowMs={nowMs} />}
        </div>
      </div>
      <button type="button" class="found-close" aria-label="Clear the lookup" onClick={onClear}>
        ×
      </button>
    </article>
  )
}
