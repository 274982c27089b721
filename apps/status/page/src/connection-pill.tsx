import type { Connection } from './fleet/feed.ts'
import { ago, duration } from './format.ts'
import { useNow } from './hooks.ts'

/** Whether what is shown is live, and how old it is. */
export function ConnectionPill({ connection: { isLive, lastFrameAtMs } }: { connection: Connection }) {
  useNow()
  const ageMs = lastFrameAtMs === undefined ? undefined : performance.now() - lastFrameAtMs
  if (ageMs === undefined) return <p class="pill pill-away">Connecting …</p>
  return isLive ? (
    <p class="pill pill-live" title={`last heard ${ago(ageMs)}`}>
      Live{ageMs > 4_000 ? ` · ${ago(ageMs)}` : ''}
    </p>
  ) : (
    <p class="pill pill-away">Reconnecting · {duration(ageMs)} old</p>
  )
}
