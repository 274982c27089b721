import type { Connection } from './fleet/feed.ts'
import { useNow } from './hooks.ts'
import { pageWords } from './page-words.ts'
import { useTongue, useWords } from './words/use-words.ts'

/** Whether what is shown is live, and how old it is. */
export function ConnectionPill({
  connection: { isLive, lastFrameAtMs, skewMs, staleSinceMs },
}: {
  connection: Connection
}) {
  const nowMs = useNow() + skewMs
  const tongue = useTongue()
  const words = useWords(pageWords)
  const ageMs = lastFrameAtMs === undefined ? undefined : performance.now() - lastFrameAtMs
  if (ageMs === undefined) return <p class="pill pill-away">{words.connecting}</p>
  if (isLive && staleSinceMs !== null)
    return <p class="pill pill-away">{words.lastKnown(tongue.duration(nowMs - staleSinceMs))}</p>
  return isLive ? (
    <p class="pill pill-live">
      {words.live} <span class="pill-age">· {words.updated(tongue.ago(ageMs))}</span>
    </p>
  ) : (
    <p class="pill pill-away">{words.reconnecting(tongue.duration(ageMs))}</p>
  )
}
