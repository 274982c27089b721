/** The shards of one process, and its number, which no other process of the whole bot has. */
export type ProcessLayout = { id: number; shards: number[] }

/**
 * Shards in order, `shardsPerProcess` to each process, the last process taking what is left.
 * Where a manager has only a part of the shards, each process is named after its first shard.
 */
export function layOut(
  range: { first: number; last: number },
  { totalShards, shardsPerProcess }: { totalShards: number; shardsPerProcess: number },
): ProcessLayout[] {
  const isWhole = range.first === 0 && range.last === totalShards - 1
  const count = Math.ceil((range.last - range.first + 1) / shardsPerProcess)
  return Array.from({ length: count }, (_, index) => {
    const first = range.first + index * shardsPerProcess
    const length = Math.min(shardsPerProcess, range.last - first + 1)
    return {
      id: isWhole ? index : first,
      shards: Array.from({ length }, (_, offset) => first + offset),
    }
  })
}
