const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)

/**
 * Which shards of another layout the guilds of one shard go to: a number that leaves `id` divided by the one total
 * leaves, divided by the other, whatever agrees with `id` in what both totals have in common.
 */
export function shardsToBe(id: number, totalShards: number, nextTotalShards: number): number[] {
  const step = greatestCommonDivisor(totalShards, nextTotalShards)
  return Array.from({ length: nextTotalShards / step }, (_, nth) => (id % step) + nth * step)
}
