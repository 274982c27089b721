import { expect, it } from 'vitest'
import { layOut } from './start-cluster.ts'

it('lays shards out in order, the last process taking what is left', () => {
  expect(layOut(5, 2)).toEqual([[0, 1], [2, 3], [4]])
  expect(layOut(16, 4).map(shards => shards.length)).toEqual([4, 4, 4, 4])
  expect(layOut(1, 8)).toEqual([[0]])
})
