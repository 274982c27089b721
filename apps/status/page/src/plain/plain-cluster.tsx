import type { UptimeAnswer } from '@shardlight/status-client'
import { ClusterHead } from '../cluster-head.tsx'
import { clusterWords } from '../cluster-words.ts'
import { ComingLayout } from '../coming/coming-layout.tsx'
import type { Cluster } from '../fleet/fleet.ts'
import { isLarge } from '../grid/grid-size.ts'
import { notOnline } from '../grid/not-online.ts'
import { WrittenUptime } from '../history/written-uptime.tsx'
import { NoticeList } from '../notices/notice-list.tsx'
import { lookOf } from '../states.ts'
import { stateWords } from '../words/states.ts'
import { useTongue, useWords } from '../words/use-words.ts'
import { PlainGrid } from './plain-grid.tsx'
import { plainWords } from './plain-words.ts'

const MOST_RUNS = 200

function NotOnline({ states }: { states: Uint8Array }) {
  const words = useWords(plainWords)
  const names = useWords(stateWords)
  const { total, runs, more } = notOnline(states, MOST_RUNS)
  if (total === 0) return <p class="plain-all-online">{words.allOnline}</p>
  const found = [...new Set(runs.map(({ state }) => state))]
  return (
    <>
      <h3>{words.notOnline}</h3>
      <dl class="plain-ranges">
        {found.map(state => {
          const { name, sign } = lookOf(state)
          const ranges = runs.filter(run => run.state === state)
          return (
            <div key={state}>
              <dt>
                <span class="swatch" data-state={state} aria-hidden="true">
                  {sign}
                </span>
                {names[name].name}
              </dt>
              <dd>
                {ranges.map(({ first, last }) => (first === last ? first : `${first}–${last}`)).join(', ')}
              </dd>
            </div>
          )
        })}
      </dl>
      {more > 0 && <p>{words.more(more)}</p>}
    </>
  )
}

/** One cluster in words: its figures, its notices, and which of its shards are not online. */
export function PlainCluster({
  cluster,
  uptime,
  nowMs,
}: {
  cluster: Cluster
  uptime: UptimeAnswer | undefined
  nowMs: number
}) {
  const words = useWords(clusterWords)
  const { ago } = useTongue()
  const { name, states, notices, lastPushMs } = cluster
  return (
    <section
      class={isLarge(cluster.states.length) ? 'cluster cluster-large' : 'cluster'}
      aria-label={words.cluster(name)}
    >
      <ClusterHead cluster={cluster} heard={lastPushMs === null ? undefined : ago(nowMs - lastPushMs)} />
      <NoticeList notices={notices} nowMs={nowMs} />
      {states.length === 0 ? (
        <p class="cluster-empty">{words.noShards}</p>
      ) : (
        <>
          <PlainGrid states={states} />
          <div class="plain-not-online">
            <NotOnline states={states} />
          </div>
        </>
      )}
      {cluster.coming && <ComingLayout coming={cluster.coming} />}
      {uptime && <WrittenUptime cluster={name} uptime={uptime} />}
    </section>
  )
}
