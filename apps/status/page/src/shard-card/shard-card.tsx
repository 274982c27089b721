import { ShardState } from '@shardlight/shard-registry'
import type { ShardAnswer } from '@shardlight/status-client'
import { useEffect, useId, useRef } from 'preact/hooks'
import { ComingOfServers } from '../coming/coming-shard.tsx'
import type { Cluster, Fleet } from '../fleet/fleet.ts'
import { ShardHistory } from '../history/shard-history.tsx'
import { useNow } from '../hooks.ts'
import { ShardNotices } from '../notices/shard-notices.tsx'
import { type ShardPlace, useShardDetails } from '../shard-details.ts'
import { FactList } from '../shard-facts.tsx'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { cardWords } from './card-words.ts'
import { processFacts, shardFacts } from './facts.ts'

/** An answer that could not be had again for so long is told with its age. */
const ANSWER_GOOD_MS = 15_000

/** Since when what is told is the last known and no more. */
const staleFrom = ({ atMs, staleSinceMs }: ShardAnswer, nowMs: number): number | null =>
  staleSinceMs ?? (nowMs - atMs > ANSWER_GOOD_MS ? atMs : null)

function Known({ details, nowMs }: { details: ShardAnswer; nowMs: number }) {
  const tongue = useTongue()
  const words = useWords(cardWords)
  const staleMs = staleFrom(details, nowMs)
  const ofProcess = processFacts(details, nowMs, tongue)
  return (
    <>
      {staleMs !== null && <p class="card-stale">{words.lastKnown(tongue.duration(nowMs - staleMs))}</p>}
      <FactList facts={shardFacts(details, nowMs, tongue)} />
      {details.coming && <ComingOfServers coming={details.coming} />}
      {ofProcess.length > 0 && (
        <section>
          <h3>{words.process}</h3>
          <FactList facts={ofProcess} />
        </section>
      )}
    </>
  )
}

function CardBody({ cluster, shard, nowMs }: { cluster: Cluster; shard: number; nowMs: number }) {
  const words = useWords(cardWords)
  const state = cluster.states[shard] ?? ShardState.Unknown
  const details = useShardDetails({ cluster: cluster.name, shard }, state)
  return (
    <>
      <ShardNotices cluster={cluster} shard={shard} />
      {details ? <Known details={details} nowMs={nowMs} /> : <p class="facts-none">{words.asking}</p>}
      <ShardHistory cluster={cluster.name} shard={shard} />
    </>
  )
}

/** All that is known of one shard, for as long as it is open. */
export function ShardCard({
  place: { cluster: name, shard },
  fleet,
  skewMs,
  onClose,
}: {
  place: ShardPlace
  fleet: Fleet
  skewMs: number
  onClose: () => void
}) {
  const nowMs = useNow() + skewMs
  const { count } = useTongue()
  const words = useWords(cardWords)
  const names = useWords(stateWords)
  const title = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const cluster = fleet.cluster(name)
  const total = cluster?.states.length ?? 0
  const isThere = shard < total
  const state = cluster?.states[shard] ?? ShardState.Unknown
  const look = lookOf(state)

  useEffect(() => {
    // The browser keeps the focus within, and gives it back to where it was.
    dialog.current?.showModal()
  }, [])

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the card closes it, as Escape does
    <dialog
      ref={dialog}
      class="card"
      aria-labelledby={title}
      onClose={onClose}
      onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
    >
      <div class="card-inner">
        <header class="card-head">
          <span class="swatch swatch-big" data-state={state} aria-hidden="true">
            {look.sign || '✓'}
          </span>
          <div class="card-title">
            <h2 id={title}>
              {words.shard(String(shard))} <span class="card-of">{words.of(count(total), name)}</span>
            </h2>
            <p aria-live="polite">
              {isThere ? (
                <>
                  <strong>{names[look.name].name}</strong> · {names[look.name].meaning}
                </>
              ) : (
                words.gone(name, count(total))
              )}
            </p>
          </div>
          <button
            type="button"
            class="card-close"
            aria-label={words.close}
            onClick={() => dialog.current?.close()}
          >
            ×
          </button>
        </header>
        {cluster && isThere && <CardBody cluster={cluster} shard={shard} nowMs={nowMs} />}
      </div>
    </dialog>
  )
}
