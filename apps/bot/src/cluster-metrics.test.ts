import { createMetrics } from '@shardlight/service'
import { expect, it } from 'vitest'
import { countCluster } from './cluster-metrics.ts'
import type { ClusterView } from './operations-api.ts'

const standby: ClusterView = {
  role: 'standby',
  reason: null,
  totalShards: null,
  generation: null,
  processes: [],
  identifies: null,
  requests: null,
  operation: null,
}

function read(view: ClusterView) {
  const metrics = createMetrics()
  countCluster(
    metrics,
    () => view,
    () => undefined,
  )
  return async (name: string) =>
    (await metrics.getSingleMetric(`shardlight_${name}`)?.get())?.values.map(({ value }) => value)
}

it('tells nothing of logins and requests while it is a standby', async () => {
  const valuesOf = read(standby)
  for (const name of ['shards', 'identifies_left', 'identifies_allowed', 'identifies_used'])
    expect(await valuesOf(`cluster_${name}`), name).toEqual([])
  expect(await valuesOf('requests_invalid')).toEqual([])
  expect(await valuesOf('cluster_owner')).toEqual([0])
})

it('tells the logins that the bot spent, not those that others took with its token', async () => {
  const valuesOf = read({
    ...standby,
    role: 'owner',
    identifies: {
      left: 5,
      allowed: 500,
      perDay: 1_000,
      spent: 3,
      resetsAtMs: null,
      waiting: [],
      reason: null,
    },
  })
  expect(await valuesOf('cluster_identifies_used')).toEqual([3])
  expect(await valuesOf('cluster_identifies_left')).toEqual([5])
})
