import { expect, it } from 'vitest'
import { pageOfShard, selectShards } from './select-shards.ts'

const states = Uint8Array.from([3, 3, 1, 3, 2, 3, 1, 0])

it.each([
  ['all', 0, [2, 4, 6], 8, 0],
  ['all', 1, [7, 0, 1], 8, 1],
  ['all', 2, [3, 5], 8, 2],
  ['not-online', 0, [2, 4, 6], 4, 0],
  ['not-online', 1, [7], 4, 1],
  [1, 0, [2, 6], 2, 0],
  [5, 0, [], 0, 0],
] as const)('of those that are %s, page %d is %j', (filter, page, ids, total, shown) => {
  expect(selectShards(states, { filter, page, pageSize: 3 })).toEqual({ ids, total, page: shown })
})

it('shows the last page where the one that was shown is no longer there', () => {
  expect(selectShards(states, { filter: 'not-online', page: 9, pageSize: 3 })).toMatchObject({
    page: 1,
    ids: [7],
  })
  expect(selectShards(new Uint8Array(0), { filter: 'all', page: 3, pageSize: 3 })).toEqual({
    ids: [],
    total: 0,
    page: 0,
  })
})

it('opens with the page on which a shard stands, whatever its state', () => {
  for (const id of states.keys()) {
    const page = pageOfShard(states, id, 3)
    expect(selectShards(states, { filter: 'all', page, pageSize: 3 }).ids).toContain(id)
  }
})
