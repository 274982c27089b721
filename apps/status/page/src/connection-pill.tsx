import type { Connection } from './fleet/feed.ts'
import { ago, duration } from './format.ts'
import { useNow } from './hooks.ts'

/** Whether what is shown is live, and how old it is. */
export function ConnectionPill({ connection: { isLive, lastFrameAtMs } }: { connection: Connection }) {
  useNow()
  const ageMs = lastFrameAtMs === undefined ? undefined : performance.now() - lastFrameAtMs
  if (ageMs === undefined) return <p class="pill pill-away">Connecting …</p>
  return isLive ? (
    <p class="pill pill-live">
      Live <span class="pill-age">· updated {ago(ageMs)}</span>
    </p>
  ) : (
    <p class="pill pill-away">Reconnecting · data is {duration(ageMs)} old</p>
  )
}
