import { ShardState, type ShardStateName, shardStateNames } from '@shardlight/shard-registry'
import type { ComingLayout as Coming } from '@shardlight/status-client'
import { legendOrder, lookOf } from '../states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { comingWords } from './coming-words.ts'

/** So many have room for a cell each. */
const MOST_CELLS = 64
const HEIGHT = 10

const countIn = ({ counts }: Coming, state: ShardState): number => {
  const names: Record<ShardStateName, number> = {
    Unknown: counts.unknown,
    Unhealthy: counts.unhealthy,
    Offline: counts.offline,
    Online: counts.online,
    Starting: counts.starting,
    Stopping: counts.stopping,
    Resuming: counts.resuming,
  }
  return names[shardStateNames[state] ?? 'Unknown']
}

const Cells = ({ coming }: { coming: Coming }) => (
  <span class="coming-cells" aria-hidden="true">
    {legendOrder.flatMap(state =>
      Array.from({ length: countIn(coming, state) }, (_, nth) => (
        <span key={`${state} ${nth}`} class="swatch" data-state={state}>
          {lookOf(state).sign}
        </span>
      )),
    )}
  </span>
)

/** A share of the line for each state. */
function Bar({ coming }: { coming: Coming }) {
  let from = 0
  return (
    <svg
      class="coming-bar"
      viewBox={`0 0 ${coming.totalShards} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {legendOrder.map(state => {
        const width = countIn(coming, state)
        from += width
        return <rect key={state} data-state={state} x={from - width} width={width} height={HEIGHT} />
      })}
    </svg>
  )
}

/** The shards that a cluster is going to, while those above still serve. */
export function ComingLayout({ coming }: { coming: Coming }) {
  const { count } = useTongue()
  const { layout } = useWords(comingWords)
  const { totalShards } = coming
  return (
    <div class="coming">
      <p>{layout(count(totalShards), count(countIn(coming, ShardState.Online)))}</p>
      {totalShards <= MOST_CELLS ? <Cells coming={coming} /> : <Bar coming={coming} />}
    </div>
  )
}
