export const DISCORD_EPOCH_MS = 1_420_070_400_000

/** The smallest id of that millisecond. */
export const firstIdAt = (atMs: number): bigint => BigInt(atMs - DISCORD_EPOCH_MS) << 22n

export const sentAtMsOf = (id: string): number => Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS

/** `shardKey % shardCount` is the shard: 42 bits, so a JavaScript number holds it exactly. */
export const shardKeyOf = (guildId: string): number => Number(BigInt(guildId) >> 22n)

/** Ids that only ever grow, also when the wall clock is set back. */
export function createSnowflakes(newest = 0n): { next(): string; seen(id: string): void } {
  let last = newest
  return {
    next() {
      const now = firstIdAt(Date.now())
      last = now > last ? now : last + 1n
      return last.toString()
    },
    seen(id) {
      const seen = BigInt(id)
      if (seen > last) last = seen
    },
  }
}
