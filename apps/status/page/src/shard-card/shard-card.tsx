import { ShardState } from '@shardlight/shard-registry'
import type { ShardAnswer } from '@shardlight/status-client'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
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

function CardBody({
  cluster,
  shard,
  nowMs,
  ago,
}: {
  cluster: Cluster
  shard: number
  nowMs: number
  /** How long ago the page heard of the shard. */
  ago: string
}) {
  const words = useWords(cardWords)
  const state = cluster.states[shard] ?? ShardState.Unknown
  const { details, isAway } = useShardDetails({ cluster: cluster.name, shard }, state)
  const names = useWords(stateWords)
  return (
    <>
      <ShardNotices cluster={cluster} shard={shard} />
      {details ? (
        <Known details={details} nowMs={nowMs} />
      ) : (
        <p class="facts-none" role="status">
          {isAway ? words.away(names[lookOf(state).name].name, ago) : words.asking}
        </p>
      )}
      <ShardHistory cluster={cluster.name} shard={shard} />
    </>
  )
}

/** All that is known of one shard, for as long as it is open. */
export function ShardCard({
  place: { cluster: name, shard },
  fleet,
  skewMs,
  lastFrameAtMs,
  staleMs,
  onClose,
}: {
  place: ShardPlace
  fleet: Fleet
  skewMs: number
  /** By `performance.now()`. */
  lastFrameAtMs: number | undefined
  /** How old the picture is, where it is not of now. */
  staleMs: number | undefined
  onClose: () => void
}) {
  const nowMs = useNow() + skewMs
  const { ago, count } = useTongue()
  const words = useWords(cardWords)
  const names = useWords(stateWords)
  const title = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const isLeft = useRef(false)
  const cluster = fleet.cluster(name)
  const total = cluster?.states.length ?? 0
  const isThere = shard < total
  const state = cluster?.states[shard] ?? ShardState.Unknown
  const { name: stateName } = lookOf(state)
  const heardMs = staleMs ?? (lastFrameAtMs === undefined ? 0 : performance.now() - lastFrameAtMs)
  const shown = staleMs === undefined ? state : ShardState.Unknown

  // The browser keeps the focus within, and gives it back to where it was, if the dialog is closed while it is there.
  useLayoutEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => {
      isLeft.current = true
      shown?.close()
    }
  }, [])

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the card closes it, as Escape does
    <dialog
      ref={dialog}
      class="card"
      aria-labelledby={title}
      onClose={() => !isLeft.current && onClose()}
      onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}
    >
      <div class="card-inner">
        <header class="card-head">
          <span class="swatch swatch-big" data-state={shown} aria-hidden="true">
            {lookOf(shown).sign || '✓'}
          </span>
          <div class="card-title">
            <h2 id={title}>
              {words.shard(String(shard))}{' '}
              <span class="card-of">{cluster ? words.of(count(total), name) : `· ${name}`}</span>
            </h2>
            <p aria-live="polite">
              {!cluster && words.noCluster(name)}
              {cluster && !isThere && words.gone(name, count(total))}
              {isThere && staleMs !== undefined && words.lastState(names[stateName].name)}
              {isThere && staleMs === undefined && (
                <>
                  <strong>{names[stateName].name}</strong> · {names[stateName].meaning}
                </>
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
        {cluster && isThere && <CardBody cluster={cluster} shard={shard} nowMs={nowMs} ago={ago(heardMs)} />}
      </div>
    </dialog>
  )
}
