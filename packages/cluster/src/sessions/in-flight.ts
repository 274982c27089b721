/** What is being handled, and what no other process has to handle again. */
export type InFlight = {
  /** The event that the gateway has just brought; what begins until the next one belongs to it. */
  arrived(shardId: number, sequence: number): void
  /** Wraps the work that an event sets off; call it while the event is being handed out. */
  track<T>(work: Promise<T>): Promise<T>
  /** Up to which sequence all events of a shard are handled. */
  handledUpTo(shardId: number): number
  /** Resolves when nothing runs any more, or after `withinMs`. @returns whether all is done */
  idle(withinMs: number): Promise<boolean>
}

/** @param onHandled told each time when `handledUpTo` of a shard may have moved */
export function createInFlight(onHandled: (shardId: number) => void): InFlight {
  const last = new Map<number, number>()
  const running = new Map<number, Map<symbol, number>>()
  let current: { shardId: number; sequence: number } | undefined
  const all = new Set<Promise<unknown>>()

  return {
    arrived(shardId, sequence) {
      current = { shardId, sequence }
      last.set(shardId, sequence)
    },
    async track(work) {
      const at = current
      if (!at) return await work
      const key = Symbol('work')
      const ofShard = running.get(at.shardId) ?? new Map<symbol, number>()
      running.set(at.shardId, ofShard.set(key, at.sequence))
      all.add(work)
      try {
        return await work
      } finally {
        all.delete(work)
        ofShard.delete(key)
        onHandled(at.shardId)
      }
    },
    handledUpTo(shardId) {
      const earliest = Math.min(...(running.get(shardId)?.values() ?? []))
      return Math.min(earliest - 1, last.get(shardId) ?? 0)
    },
    async idle(withinMs) {
      const late = Promise.withResolvers<false>()
      const timer = setTimeout(() => late.resolve(false), withinMs)
      const done = async () => {
        // What ends may set off something new.
        while (all.size > 0) await Promise.allSettled(all)
        return true as const
      }
      const isIdle = await Promise.race([done(), late.promise])
      clearTimeout(timer)
      return isIdle
    },
  }
}
