import { useEffect } from 'preact/hooks'
import type { Fleet } from './fleet/fleet.ts'
import { count, counted } from './format.ts'
import { verdictOf } from './verdict.ts'

const SIGNS = { good: '✓', busy: '↻', bad: '!', none: '?' }

export function VerdictPanel({
  fleet,
  isLoaded,
  isLive,
}: {
  fleet: Fleet
  isLoaded: boolean
  isLive: boolean
}) {
  const clusters = fleet.clusters()
  const verdict = isLoaded
    ? verdictOf(fleet.counts(), clusters.length)
    : { tone: 'none' as const, text: 'Connecting …', detail: 'Asking for the state of all shards' }
  const guilds = clusters.reduce((sum, cluster) => sum + cluster.guilds, 0)
  useEffect(() => {
    document.title = isLoaded ? `${verdict.text} · Shardlight status` : 'Shardlight status'
  }, [verdict.text, isLoaded])
  return (
    <section class={`verdict verdict-${verdict.tone}`} aria-label="Overall">
      <span class="verdict-sign" aria-hidden="true">
        {SIGNS[verdict.tone]}
      </span>
      <div class="verdict-words">
        <h1 aria-live="polite">{verdict.text}</h1>
        <p>
          {verdict.detail}
          {!isLive && isLoaded ? ' when last heard' : ''}
        </p>
      </div>
      {guilds > 0 && (
        <p class="verdict-figure">
          <strong>{count(guilds)}</strong> {counted(guilds, 'server').split(' ')[1]}
        </p>
      )}
    </section>
  )
}
