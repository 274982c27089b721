import type { ShardRanges } from '@shardlight/status-client'

const RANGES_SAID = 8

export function toRanges(shards: Iterable<number>): ShardRanges {
  const ranges: ShardRanges = []
  for (const shard of [...new Set(shards)].sort((a, b) => a - b)) {
    const open = ranges.at(-1)
    if (open && shard === open[1] + 1) open[1] = shard
    else ranges.push([shard, shard])
  }
  return ranges
}

export const idsOf = (ranges: ShardRanges): number[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index))

export const areSame = (one: ShardRanges, other: ShardRanges): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** `shard 7`, `shards 48–63, 70`; of very many ranges only the first. */
export function sayShards(ranges: ShardRanges): string {
  const said = ranges
    .slice(0, RANGES_SAID)
    .map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
  const rest = ranges.length > RANGES_SAID ? ' …' : ''
  const [only] = ranges
  const isOne = ranges.length === 1 && only?.[0] === only?.[1]
  return `${isOne ? 'shard' : 'shards'} ${said.join(', ')}${rest}`
}
