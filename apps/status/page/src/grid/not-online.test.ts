import { expect, it } from 'vitest'
import { notOnline } from './not-online.ts'

const of = (digits: string) => Uint8Array.from(digits, Number)

it('tells of no shard where all are online, or none is there', () => {
  expect(notOnline(of('3333'), 9)).toEqual({ total: 0, runs: [], more: 0 })
  expect(notOnline(of(''), 9)).toEqual({ total: 0, runs: [], more: 0 })
})

it('tells of neighbours in the same state as one, what is down first', () => {
  expect(notOnline(of('0344311123561'), 9).runs).toEqual([
    { state: 1, first: 5, last: 7 },
    { state: 1, first: 12, last: 12 },
    { state: 2, first: 8, last: 8 },
    { state: 5, first: 10, last: 10 },
    { state: 4, first: 2, last: 3 },
    { state: 6, first: 11, last: 11 },
    { state: 0, first: 0, last: 0 },
  ])
})

it('counts the shards that it leaves out', () => {
  expect(notOnline(of('1311314443'), 2)).toEqual({
    total: 7,
    runs: [
      { state: 1, first: 0, last: 0 },
      { state: 1, first: 2, last: 3 },
    ],
    more: 4,
  })
})
