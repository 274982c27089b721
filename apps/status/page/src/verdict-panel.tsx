import type { Fleet } from './fleet/fleet.ts'
import { verdictOf } from './verdict.ts'
import { verdictWords } from './verdict-words.ts'
import { useTongue, useWords } from './words/use-words.ts'

const SIGNS = { good: '✓', busy: '↻', bad: '!', none: '?' }

/** The first thing that everybody reads: how all are, in one sentence. */
export function VerdictPanel({
  fleet,
  isLive,
}: {
  fleet: Pick<Fleet, 'clusters' | 'counts'>
  isLive: boolean
}) {
  const tongue = useTongue()
  const words = useWords(verdictWords)
  const clusters = fleet.clusters()
  const { tone, text, detail } = verdictOf(tongue, fleet.counts(), clusters.length)
  const guilds = clusters.reduce((sum, cluster) => sum + cluster.guilds, 0)
  return (
    <section class={`verdict verdict-${tone}`} aria-label={words.label}>
      <span class="verdict-sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      <div class="verdict-words">
        <h1 aria-live="polite">{text}</h1>
        <p>{isLive ? detail : words.lastHeard(detail)}</p>
      </div>
      {guilds > 0 && (
        <p class="verdict-figure">
          <strong>{tongue.count(guilds)}</strong> {words.servers(guilds)}
        </p>
      )}
    </section>
  )
}
