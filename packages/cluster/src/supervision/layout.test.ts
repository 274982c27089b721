import { expect, it } from 'vitest'
import { layOut } from './layout.ts'

const whole = (totalShards: number, shardsPerProcess: number) =>
  layOut({ first: 0, last: totalShards - 1 }, { totalShards, shardsPerProcess })

it('lays shards out in order, the last process taking what is left', () => {
  expect(whole(5, 2).map(({ shards }) => shards)).toEqual([[0, 1], [2, 3], [4]])
  expect(whole(16, 4).map(({ shards }) => shards.length)).toEqual([4, 4, 4, 4])
  expect(whole(1, 8)).toEqual([{ id: 0, shards: [0] }])
})

it('gives the processes of several managers different numbers', () => {
  const parts = [
    { first: 0, last: 5 },
    { first: 6, last: 11 },
    { first: 12, last: 15 },
  ].flatMap(range => layOut(range, { totalShards: 16, shardsPerProcess: 4 }))
  expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length)
  expect(parts.flatMap(({ shards }) => shards)).toEqual(Array.from({ length: 16 }, (_, id) => id))
})
