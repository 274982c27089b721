import type { Change } from '@shardlight/shard-registry'
import { enqueue, type Piece, SLOT_MS, type Worst } from './piece.ts'
import { Kind } from './shard-kind.ts'
import { ClusterWatch } from './watch.ts'

/** The shards of one cluster as they are now, one byte a shard. */
export type Seen = { name: string; totalShards: number; states: Readonly<Uint8Array> }

function pieceOf(
  { name, totalShards }: Seen,
  kinds: Uint8Array,
  when: Pick<Piece, 'slot' | 'offsetMs' | 'isGuess' | 'fromMs' | 'toMs'>,
): Piece | undefined {
  const ms = when.toMs - when.fromMs
  const shards = new Uint32Array(3 * totalShards)
  const counts = [0, 0, 0, 0]
  for (let shard = 0; shard < totalShards; shard++) {
    const kind = kinds[shard] ?? Kind.unknown
    counts[kind] = (counts[kind] ?? 0) + 1
    if (kind !== Kind.unknown) shards[kind * totalShards + shard] = ms
  }
  const [up = 0, down = 0, off = 0] = counts
  if (up + down + off === 0) return undefined
  const worst: Worst | undefined = up + down === 0 ? undefined : { share: up / (up + down), atMs: when.toMs }
  return {
    cluster: name,
    totalShards,
    ...when,
    tally: {
      observedMs: ms,
      problemMs: down > 0 ? ms : 0,
      shardMs: totalShards * ms,
      upMs: up * ms,
      downMs: down * ms,
      offMs: off * ms,
    },
    worst,
    shards,
    wasTried: false,
  }
}

/**
 * Adds up what the shards do, look by look: each speaks for the time since the one before. Time that nobody watched
 * counts for nothing: while the picture is not current, while this process stood still, and after both, for shards
 * that nobody has spoken of again, until a silent one would have been called unhealthy.
 * @param databaseClock what the database's is ahead of the clock that `look` is told
 */
export function createObserver({
  longestMs,
  settleMs,
  databaseClock,
}: {
  /** Looks that are further apart leave a gap. */
  longestMs: number
  /** For how long what was not heard anew is in doubt. */
  settleMs: number
  databaseClock: { readonly offsetMs: number; readonly isGuess: boolean }
}) {
  const watches = new Map<string, ClusterWatch>()
  let pieces: Piece[] = []
  let lastMs: number | undefined
  let doubtedUntilMs: number | undefined

  function doubt(nowMs: number): void {
    doubtedUntilMs = nowMs + settleMs
    for (const watch of watches.values()) watch.doubt()
  }

  function watchOf({ name, totalShards }: Seen): ClusterWatch {
    const known = watches.get(name)
    if (known?.totalShards === totalShards) return known
    const watch = new ClusterWatch(totalShards)
    watches.set(name, watch)
    return watch
  }

  return {
    heard(changes: readonly Change[]): void {
      for (const { cluster, shard } of changes) watches.get(cluster)?.heard(shard)
    },
    /** @param seen undefined when the picture is not current */
    look(nowMs: number, seen: readonly Seen[] | undefined): void {
      const fromMs = lastMs
      lastMs = seen ? nowMs : undefined
      if (!seen || fromMs === undefined || nowMs - fromMs > longestMs) doubt(nowMs)
      if (!seen) return
      const trustsAll = doubtedUntilMs === undefined || nowMs >= doubtedUntilMs
      for (const cluster of seen) {
        const kinds = watchOf(cluster).look(cluster.states, { nowMs, trustsAll })
        if (fromMs === undefined || nowMs - fromMs > longestMs) continue
        const { offsetMs, isGuess } = databaseClock
        for (let partMs = fromMs; partMs < nowMs; ) {
          const slot = Math.floor((partMs + offsetMs) / SLOT_MS)
          const toMs = Math.min(nowMs, (slot + 1) * SLOT_MS - offsetMs)
          const piece = pieceOf(cluster, kinds, { slot, offsetMs, isGuess, fromMs: partMs, toMs })
          if (piece) enqueue(pieces, piece)
          partMs = toMs
        }
      }
    },
    /** What was seen since it was last taken, in order. */
    take(): Piece[] {
      const taken = pieces
      pieces = []
      return taken
    },
  }
}
