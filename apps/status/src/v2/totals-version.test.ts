import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { expect, it } from 'vitest'
import { createTotalsVersion } from './totals-version.ts'

function createWatched() {
  let nowMs = 0
  const registry = createMemoryRegistry({ healthTimeoutMs: 30_000, nowMs: () => nowMs })
  const version = createTotalsVersion({ directory: registry, nowMs: () => nowMs })
  return {
    registry,
    push: (guilds: number) =>
      registry.push('main', { totalShards: 2, shards: [0, 1].map(id => ({ id, state: 3, guilds })) }),
    at(ms: number) {
      nowMs = ms
      return version()
    },
  }
}

it('rises with totals, at most every ten seconds', async () => {
  const { push, at } = createWatched()
  await push(1)
  const first = at(0)
  await push(20)
  expect([at(5_000), at(9_999)]).toEqual([first, first])
  expect(at(11_000)).toBe(first + 1)
  expect([at(30_000), at(60_000)]).toEqual([first + 1, first + 1])
})

it('rises within a second when a cluster begins to go to another layout, and when it no longer does', async () => {
  const { registry, push, at } = createWatched()
  await push(1)
  const first = at(0)
  await registry.push('main', {
    totalShards: 4,
    generation: 1,
    isComing: true,
    shards: [{ id: 0, state: 4 }],
  })
  expect([at(999), at(1_000)]).toEqual([first, first + 1])
  await registry.push('main', { totalShards: 4, generation: 1, shards: [{ id: 0, state: 4 }] })
  expect(at(2_000)).toBe(first + 2)
})
