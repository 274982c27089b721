import { expect, it } from 'vitest'
import { readShardRange } from './shard-range.ts'

const read = (given: string, more: Partial<Parameters<typeof readShardRange>[0]> = {}) =>
  readShardRange({ given, totalShards: 16, managers: undefined, podName: undefined, hasRedis: true, ...more })

it('is what it says, and nothing where nothing is said', () => {
  expect(read('0-15')).toEqual({ first: 0, last: 15 })
  expect(read('7')).toEqual({ first: 7, last: 7 })
  expect(
    readShardRange({ given: undefined, totalShards: 'auto', managers: 3, podName: 'x-1', hasRedis: false }),
  ).toBeUndefined()
})

it('gives each pod of a StatefulSet its part, and every shard to one', () => {
  const parts = [0, 1, 2].map(pod => read('ordinal', { managers: 3, podName: `bot-manager-${pod}` }))
  expect(parts).toEqual([
    { first: 0, last: 4 },
    { first: 5, last: 9 },
    { first: 10, last: 15 },
  ])
})

it.each([
  ['0-16', {}, 'there are only 16 shards, 0 to 15'],
  ['9-3', {}, 'expected two shard ids such as 0-15'],
  ['all', {}, 'expected two shard ids such as 0-15'],
  ['0-3', { totalShards: 'auto' as const }, 'TOTAL_SHARDS has to be a number'],
  ['0-3', { hasRedis: false }, 'REDIS_URL has to be set'],
  ['ordinal', { podName: 'bot-1' }, 'MANAGERS has to say how many'],
  ['ordinal', { managers: 2, podName: 'laptop' }, 'the name of the pod, "laptop"'],
  ['ordinal', { managers: 2, podName: 'bot-2' }, 'there are only MANAGERS=2'],
])('refuses %s %o, and says why', (given, more, reason) => {
  expect(() => read(given, more)).toThrow(reason)
})
