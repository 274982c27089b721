import type { Fleet } from './fleet/fleet.ts'
import { useCalm } from './hooks.ts'
import { verdictWith } from './incidents/maintained.ts'
import { verdictOfPast } from './verdict.ts'
import { verdictWords } from './verdict-words.ts'
import { useTongue, useWords } from './words/use-words.ts'

const SIGNS = { good: '✓', busy: '↻', some: '!', bad: '!', none: '?' }

/** The first thing that everybody reads: how all are, in one sentence. */
export function VerdictPanel({
  fleet,
  staleMs,
  maintained,
}: {
  fleet: Pick<Fleet, 'clusters' | 'counts'>
  /** How old the picture is, where it is not of now. */
  staleMs: number | undefined
  /** The clusters in which maintenance is under way. */
  maintained: ReadonlySet<string>
}) {
  const tongue = useTongue()
  const words = useWords(verdictWords)
  const clusters = fleet.clusters()
  const known = verdictWith(tongue, fleet, maintained)
  const { tone, text, detail } = staleMs === undefined ? known : verdictOfPast(tongue, known, staleMs)
  const spoken = useCalm(text)
  const guilds = clusters.reduce((sum, cluster) => sum + (cluster.guilds ?? 0), 0)
  return (
    <section class={`verdict verdict-${tone}`} aria-label={words.label}>
      <span class="verdict-sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      <div class="verdict-words">
        <h1>{text}</h1>
        <p class="unseen" role="status">
          {spoken}
        </p>
        <p>{detail}</p>
      </div>
      {guilds > 0 && (
        <p class="verdict-figure">
          <strong>{tongue.count(guilds)}</strong> {words.servers(guilds)}
        </p>
      )}
    </section>
  )
}
