import { expect, it } from 'vitest'
import { shardsToBe } from './shards-to-be.ts'

it.each([
  [3, 4, 8, [3, 7]],
  [7, 8, 4, [3]],
  [3, 4, 6, [1, 3, 5]],
  [1, 2, 3, [0, 1, 2]],
])('the guilds of shard %d of %d are, of %d shards, on %j', (id, from, to, shards) => {
  expect(shardsToBe(id, from, to)).toEqual(shards)
})

it.each([
  [4, 8],
  [8, 6],
  [5, 7],
])('no guild goes elsewhere from %d to %d shards', (from, to) => {
  for (let guild = 0; guild < from * to; guild += 1)
    expect(shardsToBe(guild % from, from, to)).toContain(guild % to)
})
