import { expect, it } from 'vitest'
import { packShards, readShardByte, shardByteOf } from './shard-byte.ts'

const read = (upMs: number, downMs: number, offMs = 0) => readShardByte(shardByteOf({ upMs, downMs, offMs }))

it.each([
  [[0, 0, 0], { state: null, upShare: null }],
  [[0, 0, 5], { state: 'off', upShare: null }],
  [[300_000, 0, 0], { state: 'up', upShare: 1 }],
  [[5, 0, 200_000], { state: 'up', upShare: 1 }],
  [[0, 300_000, 0], { state: 'down', upShare: 0 }],
] as const)('keeps %j exactly', ([upMs, downMs, offMs], told) => {
  expect(read(upMs, downMs, offMs)).toEqual(told)
})

it('never calls a shard up that was down for a moment, nor down one that was up for one', () => {
  for (const [upMs, downMs] of [
    [299_999, 1],
    [1, 299_999],
  ] as const)
    expect(read(upMs, downMs).state).toBe('partly')
})

it('is exact to 0.4 % between', () => {
  for (let upMs = 1; upMs < 300_000; upMs += 997)
    expect(Math.abs((read(upMs, 300_000 - upMs).upShare ?? -1) - upMs / 300_000)).toBeLessThan(0.004)
})

it('takes a byte that nobody wrote for no data', () => {
  expect(readShardByte(255)).toEqual({ state: null, upShare: null })
})

it('packs a shard into a byte', () => {
  expect([...packShards(Uint32Array.of(9, 0, 0, 0, /* down */ 0, 9, 0, 0, /* off */ 0, 0, 9, 0))]).toEqual([
    254, 2, 1, 0,
  ])
})
