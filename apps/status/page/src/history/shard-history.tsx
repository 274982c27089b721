import type { ShardHistoryAnswer } from '@shardlight/status-client'
import { useId } from 'preact/hooks'
import { useTongue, useWords } from '../words/use-words.ts'
import { shardHistoryWords } from './shard-history-words.ts'
import { floored, type Run, runsOf, summaryOf } from './spells.ts'
import { useHistory } from './use-history.ts'

const REFRESH_MS = 60_000
const HEIGHT = 24
/** A sliver of downtime that would be too small to be seen is drawn this large, in a strip of 288 slots. */
const LEAST_DOWN = { width: 2, height: 9 }
/** What is narrower has no room for a pattern, and stands alone enough without. */
const HATCHED_WIDTH = 4

/** Up stands on the ground, switched off is a low line, and no data is hollow. */
function GroundShape({ run: { from, length, state } }: { run: Run }) {
  const place = { x: from, width: length }
  if (state === null) return <rect class="strip-none" {...place} y={HEIGHT - 1} height={1} />
  if (state === 'off') return <rect class="strip-off" {...place} y={HEIGHT - 6} height={6} />
  return state === 'down' ? null : <rect class="strip-up" {...place} y={0} height={HEIGHT} />
}

/** Down hangs from above, hatched. */
function DownShape({ run: { from, length, upShare }, hatch }: { run: Run; hatch: string }) {
  if (upShare === null || upShare === 1) return null
  const place = {
    x: from,
    y: 0,
    width: Math.max(LEAST_DOWN.width, length),
    height: Math.max(LEAST_DOWN.height, (1 - upShare) * HEIGHT),
  }
  return (
    <>
      <rect class="strip-down" {...place} />
      {length >= HATCHED_WIDTH && <rect fill={`url(#${hatch})`} {...place} />}
    </>
  )
}

function Strip({ answer, label }: { answer: ShardHistoryAnswer; label: string }) {
  const hatch = useId()
  const { slots } = answer
  const runs = runsOf(slots)
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${slots.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <defs>
        <pattern id={hatch} class="strip-hatch" width="3" height="6" patternUnits="userSpaceOnUse">
          <rect width="3" height="2" />
        </pattern>
      </defs>
      {runs.map(run => (
        <GroundShape key={run.from} run={run} />
      ))}
      {runs.map(run => (
        <DownShape key={run.from} run={run} hatch={hatch} />
      ))}
    </svg>
  )
}

function useSummary(answer: ShardHistoryAnswer | undefined): string {
  const words = useWords(shardHistoryWords)
  const { percent, duration, moment } = useTongue()
  if (!answer) return ''
  const { upShare, knownMs, downMs, lastDownAtMs, spells } = summaryOf(answer)
  if (knownMs === 0) return words.noData
  if (upShare === undefined) return words.off
  const slotMs = answer.slotSeconds * 1000
  const parts = [upShare === 1 ? words.upAll : words.upFor(percent(floored(upShare), 2))]
  if (lastDownAtMs !== undefined) {
    const [downFor, at] = [duration(downMs), moment(lastDownAtMs, answer.atMs)]
    parts.push(spells === 1 ? words.downOnce(downFor, at) : words.downTimes(spells, downFor, at))
  }
  // The present slot is not over, and the first is only begun.
  if (knownMs < (answer.slots.length - 2) * slotMs) parts.push(words.knownFor(duration(knownMs)))
  return parts.join('; ')
}

/** The last 24 hours of one shard. Shows nothing where no history is kept. */
export function ShardHistory({ cluster, shard }: { cluster: string; shard: number }) {
  const words = useWords(shardHistoryWords)
  const { answer, isAway, isNone } = useHistory<ShardHistoryAnswer>(
    `/api/v2/clusters/${encodeURIComponent(cluster)}/shards/${shard}/history`,
    REFRESH_MS,
  )
  const summary = useSummary(answer)
  if (isNone) return null
  return (
    <section class="shard-history" aria-label={words.title}>
      <h3>{words.title}</h3>
      {answer ? <Strip answer={answer} label={summary} /> : <div class="strip strip-blank" />}
      <p class="history-axis" aria-hidden="true">
        <span>{words.begin}</span>
        <span>{words.now}</span>
      </p>
      <p class="history-words">{isAway ? words.away : summary}</p>
    </section>
  )
}
