import { bytesOf, type FrameLog, type Position } from './frame-log.ts'

/**
 * The whole picture; whoever has it goes on from its position. One of another `version` says something else, though
 * no state has changed.
 */
export type Snapshot = Position & {
  readonly version: string
  readonly frames: readonly Buffer[]
  readonly bytes: number
}

export type Snapshots = { current(): Snapshot }

/** Totals move without a change of state, and so without a new position: no snapshot is kept longer than this. */
const MOST_AGE_MS = 2_000
/** Many viewers that read slowly may each hold one of these, so they had better hold the same. */
const LARGE_BYTES = 256 * 1024
const MOST_LARGE_AGE_MS = 15_000
/** A large one is good for as long as what has to be told after it is less than this part of it. */
const MOST_TO_ADD = 1 / 4

/** Serialises the picture once a position, however many viewers come at the same time. */
export function createSnapshots({
  log,
  make,
  version = () => '',
  nowMs = () => performance.now(),
}: {
  log: FrameLog
  make: (at: Position) => readonly Buffer[]
  version?: () => string
  nowMs?: () => number
}): Snapshots {
  let kept: { snapshot: Snapshot; madeAtMs: number } | undefined

  function isGood({ snapshot, madeAtMs }: NonNullable<typeof kept>): boolean {
    const ageMs = nowMs() - madeAtMs
    const isLarge = snapshot.bytes > LARGE_BYTES
    if (snapshot.version !== version() || ageMs >= (isLarge ? MOST_LARGE_AGE_MS : MOST_AGE_MS)) return false
    if (log.isHead(snapshot)) return true
    if (!isLarge) return false
    const toAdd = log.bytesSince(snapshot)
    return toAdd !== undefined && toAdd <= snapshot.bytes * MOST_TO_ADD
  }

  return {
    current() {
      if (!kept || !isGood(kept)) {
        const at = log.position
        const frames = make(at)
        kept = { snapshot: { ...at, version: version(), frames, bytes: bytesOf(frames) }, madeAtMs: nowMs() }
      }
      return kept.snapshot
    },
  }
}
