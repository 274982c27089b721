import type { Connection } from './fleet/feed.ts'
import { useNow } from './hooks.ts'

/** A line that is lost for less is no news, and nothing on the page flickers for it. */
const FRESH_MS = 10_000

/** An age from which on what is told is no more than the last that was known; undefined of what is known now. */
export const staleMsOf = (ageMs: number): number | undefined => (ageMs < FRESH_MS ? undefined : ageMs)

/** How old the picture is, where it is too old to be told as if it were of now. */
export function useStaleness({
  isLive,
  lastFrameAtMs,
  skewMs,
  staleSinceMs,
}: Connection): number | undefined {
  const nowMs = useNow() + skewMs
  const sinceServerMs = staleSinceMs === null ? 0 : nowMs - staleSinceMs
  const sinceFrameMs = isLive || lastFrameAtMs === undefined ? 0 : performance.now() - lastFrameAtMs
  return staleMsOf(Math.max(sinceServerMs, sinceFrameMs))
}
