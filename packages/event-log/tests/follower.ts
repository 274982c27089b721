import type { Following, Journal } from './journal.ts'

/** The n of an entry after which nothing more comes. */
export const END = -1

export type Follower = AsyncDisposable & {
  guildId: bigint
  history: number
  seen: bigint[]
  /** The committed ids just before and just after it began: its starting point is between the two. */
  before: bigint[]
  after: bigint[]
  /** Resolves when it has seen the last entry, or as many as it wanted. */
  done: Promise<void>
}

/** Writes down what a subscriber sees from here on, until the end or `atMost` entries. */
export async function startFollower({
  journal,
  guildId,
  history = 0,
  atMost = Number.POSITIVE_INFINITY,
}: {
  journal: Journal
  guildId: bigint
  history?: number
  atMost?: number
}): Promise<Follower> {
  const before = await journal.committed(guildId)
  const entries: Following = await journal.follow(guildId, history)
  const after = await journal.committed(guildId)
  const seen: bigint[] = []
  const done = (async () => {
    for await (const { id, metadata } of entries) {
      seen.push(id)
      if (metadata.n === END || seen.length >= atMost) return
    }
  })()
  return {
    guildId,
    history,
    seen,
    before,
    after,
    done,
    [Symbol.asyncDispose]: () => entries[Symbol.asyncDispose](),
  }
}

/**
 * What a follower that saw as many should have seen, from the first starting point it can have had that fits, else
 * from the one it most likely had.
 */
export function shouldHaveSeen(follower: Follower, committed: bigint[], isWhole: boolean): bigint[] {
  const from = (known: number) => {
    const start = Math.max(0, known - follower.history)
    return committed.slice(start, isWhole ? undefined : start + follower.seen.length)
  }
  const [earliest, latest] = [follower.before.length, follower.after.length]
  for (let known = earliest; known <= latest; known++) {
    if (from(known).join() === follower.seen.join()) return from(known)
  }
  return from(latest)
}
