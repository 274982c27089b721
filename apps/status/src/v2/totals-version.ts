import type { Directory } from '../directory.ts'
import { totalsOf } from './answers.ts'

const LOOK_MS = 1_000
/** Guilds and times of pushes change all the time: whoever asks by a tag has them no later than this. */
const TOTALS_MS = 10_000

const comingOf = ({ name, coming }: ReturnType<typeof totalsOf>) =>
  coming && [name, coming.generation, coming.totalShards]

/**
 * A number that rises when totals are others than they were, at most every ten seconds, and within a second when a
 * cluster begins or ceases to go to another layout: no shard changes its state with any of it.
 */
export function createTotalsVersion({
  directory,
  nowMs = () => performance.now(),
}: {
  directory: Pick<Directory, 'clusters'>
  nowMs?: () => number
}): () => number {
  let version = 0
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let raisedAtMs = Number.NEGATIVE_INFINITY
  let told = { totals: '', coming: '' }

  return () => {
    const atMs = nowMs()
    if (atMs - lookedAtMs < LOOK_MS) return version
    lookedAtMs = atMs
    const totals = directory.clusters().map(totalsOf)
    const now = { totals: JSON.stringify(totals), coming: JSON.stringify(totals.map(comingOf)) }
    const isOld = atMs - raisedAtMs >= TOTALS_MS
    if (now.coming !== told.coming || (isOld && now.totals !== told.totals)) {
      version += 1
      raisedAtMs = atMs
      told = now
    }
    return version
  }
}
