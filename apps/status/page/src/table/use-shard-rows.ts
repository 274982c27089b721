import type { ClusterAnswer } from '@shardlight/status-client'
import { useEffect, useState } from 'preact/hooks'

export type ShardRow = NonNullable<ClusterAnswer['shards']>[number]

const REFRESH_MS = 5_000

async function fetchRows(cluster: string, ids: string, signal: AbortSignal): Promise<ShardRow[]> {
  const answer = await fetch(`/api/v2/clusters/${encodeURIComponent(cluster)}?ids=${ids}`, { signal })
  if (!answer.ok) throw new Error(`shards ${ids}: ${answer.status}`)
  const { shards }: ClusterAnswer = await answer.json()
  return shards ?? []
}

/** What the feed does not carry, of the shards on the page: since when, ping, servers, process. */
export function useShardRows(cluster: string, ids: readonly number[]): ReadonlyMap<number, ShardRow> {
  const [rows, setRows] = useState<ReadonlyMap<number, ShardRow>>(new Map())
  const asked = ids.join(',')
  useEffect(() => {
    if (asked === '') return undefined
    const ending = new AbortController()
    const ask = () =>
      fetchRows(cluster, asked, ending.signal).then(
        given => setRows(new Map(given.map(row => [row.id, row]))),
        () => {
          // Away or gone: the page shows by its connection that this is old.
        },
      )
    void ask()
    const timer = setInterval(ask, REFRESH_MS)
    return () => {
      clearInterval(timer)
      ending.abort()
    }
  }, [cluster, asked])
  return rows
}
