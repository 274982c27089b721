import { createMetrics } from '@shardlight/service'
import { expect, it } from 'vitest'
import { createIngesterMetrics } from './ingester-metrics.ts'

it('tells no lag before anything is stored, nor once another process reads the stream', async () => {
  const registry = createMetrics()
  const metrics = createIngesterMetrics(registry)
  const lag = async () => (await registry.getSingleMetric('shardlight_wikipedia_lag_seconds')?.get())?.values
  expect(await lag()).toEqual([])
  metrics.storedUntil(new Date(Date.now() - 60_000))
  expect((await lag())?.[0]?.value).toBeGreaterThanOrEqual(60)
  metrics.standBy()
  expect(await lag()).toEqual([])
})
