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

/** Of all, what needs a look stands before what is well. */
const partsOf = (filter: Filter): Filter[] =>
  filter === 'all' ? ['not-online', ShardState.Online] : [filter]

const countIn = (states: Readonly<Uint8Array>, filter: Filter): number =>
  states.reduce((sum, state) => sum + (isIn(state, filter) ? 1 : 0), 0)

/** One page of the shards that the filter lets through, by id. Of 20,000 only those on the page are kept. */
export function selectShards(
  states: Readonly<Uint8Array>,
  { filter, page, pageSize }: { filter: Filter; page: number; pageSize: number },
): TablePage {
  const passing = countIn(states, filter)
  const shown = Math.max(0, Math.min(page, Math.ceil(passing / pageSize) - 1))
  const ids: number[] = []
  let at = 0
  for (const part of partsOf(filter))
    for (let id = 0; id < states.length && ids.length < pageSize; id += 1) {
      if (!isIn(states[id] ?? ShardState.Unknown, part)) continue
      if (at >= shown * pageSize) ids.push(id)
      at += 1
    }
  return { total: passing, page: shown, ids }
}

/** On which page of all shards one of them stands. */
export function pageOfShard(states: Readonly<Uint8Array>, id: number, pageSize: number): number {
  const isOnline = states[id] === ShardState.Online
  const before = countIn(states.subarray(0, id), isOnline ? ShardState.Online : 'not-online')
  return Math.floor((before + (isOnline ? countIn(states, 'not-online') : 0)) / pageSize)
}

/** How many shards are in each state, by its number. */
export function countStates(states: Readonly<Uint8Array>): number[] {
  const counts = [0, 0, 0, 0, 0, 0, 0]
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
