import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { eventually } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { startSweeper } from './sweeper.ts'

it('tells the outcome of every sweep, and stops', async () => {
  let nowMs = 0
  const registry = createMemoryRegistry({ healthTimeoutMs: 1_000, nowMs: () => nowMs })
  await registry.push('main', { shards: [{ id: 0, state: 3 }] })
  const outcomes: unknown[] = []
  {
    await using _ = startSweeper({
      registry,
      intervalMs: 5,
      healthTimeoutMs: 60_000,
      onOutcome: error => outcomes.push(error),
    })
    nowMs = 1_000
    await eventually('the shard is unhealthy', () => registry.cluster('main')?.get(0)?.state === 1)
  }
  const swept = outcomes.length
  expect(swept).toBeGreaterThan(0)
  expect(outcomes.every(error => error === undefined)).toBe(true)
})
