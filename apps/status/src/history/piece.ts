export type Tally = {
  /** The time in which something was known of the cluster, and that in which a shard of it was down. */
  observedMs: number
  problemMs: number
  /** Added up over the shards: all of the observed time, and by what they did in it, where that is known. */
  shardMs: number
  upMs: number
  downMs: number
  offMs: number
}

export type Worst = { share: number; atMs: number }

/**
 * What was seen of one layout of a cluster within one slot. Its times are of a clock that never jumps, and the
 * database's was ahead of it by `offsetMs`; that is a guess for as long as the database has not been asked.
 */
export type Piece = {
  cluster: string
  totalShards: number
  slot: number
  offsetMs: number
  isGuess: boolean
  fromMs: number
  toMs: number
  tally: Tally
  worst: Worst | undefined
  /** In ms: for how long each shard was up, then as many numbers for down, and for switched off. */
  shards: Uint32Array<ArrayBuffer>
  /** Whether it may have been written, although nobody said so. */
  wasTried: boolean
}

export const SLOT_MS = 5 * 60_000

export const worse = (one: Worst | undefined, other: Worst | undefined): Worst | undefined =>
  one && other ? (other.share < one.share ? other : one) : (one ?? other)

export function addTally(to: Tally, { observedMs, problemMs, shardMs, upMs, downMs, offMs }: Tally): void {
  to.observedMs += observedMs
  to.problemMs += problemMs
  to.shardMs += shardMs
  to.upMs += upMs
  to.downMs += downMs
  to.offMs += offMs
}

export function addShards(to: Uint32Array, more: Uint32Array): void {
  for (let at = 0; at < to.length; at++) to[at] = (to[at] ?? 0) + (more[at] ?? 0)
}

/** Puts a piece behind those that wait, as one with the last of its cluster where that is of the same slot. */
export function enqueue(waiting: Piece[], piece: Piece): void {
  const last = waiting.findLast(({ cluster }) => cluster === piece.cluster)
  const isOne =
    last &&
    !last.wasTried &&
    last.slot === piece.slot &&
    last.totalShards === piece.totalShards &&
    last.offsetMs === piece.offsetMs &&
    last.isGuess === piece.isGuess
  if (!isOne) {
    waiting.push(piece)
    return
  }
  last.toMs = piece.toMs
  addTally(last.tally, piece.tally)
  last.worst = worse(last.worst, piece.worst)
  addShards(last.shards, piece.shards)
}
