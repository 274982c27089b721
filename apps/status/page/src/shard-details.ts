import type { ShardAnswer } from '@shardlight/status-client'
import { useEffect, useState } from 'preact/hooks'

export type ShardPlace = { cluster: string; shard: number }

async function fetchShard({ cluster, shard }: ShardPlace, signal: AbortSignal): Promise<ShardAnswer> {
  const answer = await fetch(`/api/v2/clusters/${encodeURIComponent(cluster)}/shards/${shard}`, { signal })
  if (!answer.ok) throw new Error(`shard ${shard}: ${answer.status}`)
  return answer.json()
}

const REFRESH_MS = 5_000

/**
 * What the feed does not carry for every shard: since when, ping, guilds, process. Asked for when a shard is looked
 * at, when its state changes, and every few seconds for as long as it is looked at.
 */
export function useShardDetails(
  place: ShardPlace | undefined,
  state: number,
  delayMs = 0,
): { details: ShardAnswer | undefined; isAway: boolean } {
  const [details, setDetails] = useState<ShardAnswer>()
  const [isAway, setAway] = useState(false)
  const [cluster, shard] = [place?.cluster, place?.shard]
  useEffect(() => {
    if (cluster === undefined || shard === undefined) return undefined
    const ending = new AbortController()
    const ask = () =>
      fetchShard({ cluster, shard }, ending.signal).then(
        answer => {
          setDetails(answer)
          setAway(false)
        },
        () => void (ending.signal.aborted || setAway(true)),
      )
    const first = setTimeout(ask, delayMs)
    const timer = setInterval(ask, REFRESH_MS)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
      ending.abort()
    }
  }, [cluster, shard, state, delayMs])
  const isOfPlace = details?.cluster === cluster && details?.id === shard
  return { details: isOfPlace ? details : undefined, isAway }
}
