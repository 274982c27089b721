import { createMetrics } from '@shardlight/service'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { expect, it } from 'vitest'
import { createDirectory } from './directory.ts'
import { createStatusMetrics } from './metrics.ts'

it('a cluster that is removed is no longer counted', async () => {
  const registry = createMemoryRegistry({ healthTimeoutMs: 30_000, nowMs: () => 0 })
  const tokens = new Map([
    ['main', {}],
    ['other', {}],
  ])
  const metrics = createMetrics()
  createStatusMetrics({ metrics, directory: createDirectory({ registry, tokens, glanceBots: new Map() }) })
  const counted = async () => {
    const { values = [] } = (await metrics.getSingleMetric('shardlight_status_shards')?.get()) ?? {}
    return [...new Set(values.map(({ labels }) => labels['cluster']))]
  }
  expect(await counted()).toEqual(['main', 'other'])
  tokens.delete('other')
  expect(await counted()).toEqual(['main'])
})
