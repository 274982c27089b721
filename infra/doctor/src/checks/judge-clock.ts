import { bad, doubt, type Finding, good } from '../finding.ts'

const DOUBTFUL_MS = 2_000
const WRONG_MS = 30_000

/** Compares this machine's clock with another's, which was read at some moment between sending and receiving. */
export function judgeClock({
  whose,
  theirsMs,
  sentAtMs,
  receivedAtMs,
}: {
  whose: string
  theirsMs: number
  sentAtMs: number
  receivedAtMs: number
}): Finding[] {
  if (Number.isNaN(theirsMs)) return []
  const differenceMs = (sentAtMs + receivedAtMs) / 2 - theirsMs
  const unknownMs = (receivedAtMs - sentAtMs) / 2
  const leastMs = Math.max(0, Math.abs(differenceMs) - unknownMs)
  const how = differenceMs > 0 ? 'ahead of' : 'behind'
  const what = `this machine's clock is ${(leastMs / 1000).toFixed(1)} s ${how} ${whose}`
  const todo = 'set it by NTP: `timedatectl set-ntp true`'
  if (leastMs >= WRONG_MS) return [bad(what, todo)]
  if (leastMs >= DOUBTFUL_MS) return [doubt(what, todo)]
  return [good(`this machine's clock and ${whose} agree`)]
}
