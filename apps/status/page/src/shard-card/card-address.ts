import type { ShardPlace } from '../shard-details.ts'

/** The shard of a link `#main/17`: what stands before the # stays as it is, such as the server looked up. */
export function placeOfHash(hash: string): ShardPlace | undefined {
  const [, cluster, shard] = /^#([\w.-]{1,64})\/(\d{1,5})$/.exec(hash) ?? []
  return cluster === undefined || shard === undefined ? undefined : { cluster, shard: Number(shard) }
}

export const hashOf = ({ cluster, shard }: ShardPlace): string => `#${cluster}/${shard}`
