import { ConfigError } from '@shardlight/service'

export type ShardRange = { first: number; last: number }

/**
 * The shards of this manager, where several share the bot.
 * @param given `0-15`, or `ordinal`: the number at the end of the pod's name in a Kubernetes StatefulSet, of `managers`
 * @returns undefined where this manager has all shards
 * @throws {ConfigError}
 */
export function readShardRange({
  given,
  totalShards,
  managers,
  podName,
  hasRedis,
}: {
  given: string | undefined
  totalShards: number | 'auto'
  managers: number | undefined
  podName: string | undefined
  hasRedis: boolean
}): ShardRange | undefined {
  if (given === undefined) return undefined
  const complain = (what: string): never => {
    throw new ConfigError([`SHARD_RANGE="${given}": ${what}`])
  }
  if (!hasRedis)
    return complain('REDIS_URL has to be set: the managers of a bot share logins and requests there')
  if (totalShards === 'auto')
    return complain('TOTAL_SHARDS has to be a number, the same for all managers of the bot')
  if (given === 'ordinal') {
    const ordinal = Number(/-(\d+)$/.exec(podName ?? '')?.[1] ?? Number.NaN)
    if (managers === undefined) return complain('MANAGERS has to say how many managers there are')
    if (Number.isNaN(ordinal))
      return complain(`the name of the pod, "${podName ?? ''}", does not end in a number; set POD_NAME`)
    if (ordinal >= managers)
      return complain(`the pod is "${podName}", but there are only MANAGERS=${managers}`)
    if (managers > totalShards) return complain(`${managers} managers cannot share ${totalShards} shards`)
    const from = (index: number) => Math.floor((totalShards * index) / managers)
    return { first: from(ordinal), last: from(ordinal + 1) - 1 }
  }
  const [first = Number.NaN, last = first] = given.split('-').map(Number)
  if (!/^\d+(-\d+)?$/.test(given) || first > last)
    return complain('expected two shard ids such as 0-15, or "ordinal"')
  if (last >= totalShards) return complain(`there are only ${totalShards} shards, 0 to ${totalShards - 1}`)
  return { first, last }
}
