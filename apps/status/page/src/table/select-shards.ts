import { ShardState } from '@shardlight/shard-registry'

/** All shards, those that are not online, or those in one state. */
export type Filter = 'all' | 'not-online' | number

const isIn = (state: number, filter: Filter): boolean => {
  if (filter === 'all') return true
  return filter === 'not-online' ? state !== ShardState.Online : state === filter
}

export type TablePage = {
  /** How many the filter lets through. */
  total: number
  /** From 0; the last one where fewer pages are left than before. */
  page: number
  ids: number[]
}

/** One page of the shards that the filter lets through, by id. Of 20,000 only those on the page are kept. */
export function selectShards(
  states: Readonly<Uint8Array>,
  { filter, page, pageSize }: { filter: Filter; page: number; pageSize: number },
): TablePage {
  const passing = states.reduce((sum, state) => sum + (isIn(state, filter) ? 1 : 0), 0)
  const shown = Math.max(0, Math.min(page, Math.ceil(passing / pageSize) - 1))
  const ids: number[] = []
  let at = 0
  for (let id = 0; id < states.length && ids.length < pageSize; id += 1) {
    if (!isIn(states[id] ?? ShardState.Unknown, filter)) continue
    if (at >= shown * pageSize) ids.push(id)
    at += 1
  }
  return { total: passing, page: shown, ids }
}

/** How many shards are in each state, by its number. */
export function countStates(states: Readonly<Uint8Array>): number[] {
  const counts = [0, 0, 0, 0, 0, 0, 0]
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
