/** A place in the line of one bucket. */
export type Turn = {
  /** Resolves when it is this one's turn; the others of its bucket wait for it, but not for ever. */
  mine: Promise<void>
  /** The IDENTIFY left, or may have: the bucket's window begins. */
  sent(): void
  /** Leaves the line, or ends a turn in which nothing was sent. */
  giveBack(): void
}

/**
 * Who may IDENTIFY in which order and at what distance, by bucket. Discord allows one per bucket in five seconds:
 * https://discord.com/developers/docs/events/gateway#rate-limiting
 */
export type IdentifyTurns = AsyncDisposable & {
  take(bucket: number): Turn
  /** Why nobody gets a turn at present, for people: the first half of a sentence. */
  trouble(): string | null
}

export type TurnTimes = {
  /** Discord's window. */
  windowMs: number
  /** Between our sending and Discord's receiving lies jitter on both sides; 60 ms proved too little. */
  guardMs: number
  /** A holder that neither sends nor gives back for this long has probably sent. */
  holdMs: number
}

export const TURN_TIMES: TurnTimes = { windowMs: 5_000, guardMs: 250, holdMs: 10_000 }
