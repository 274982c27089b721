import type { ClusterSnapshot, FeedFrame } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createFleet, type FleetChange } from './fleet.ts'

const position = { epoch: 'e', seq: 1, atMs: 1, staleSinceMs: null }
const counts = { unknown: 0, unhealthy: 0, offline: 0, online: 0, starting: 0, stopping: 0, resuming: 0 }

const cluster = (name: string, states: string): ClusterSnapshot => ({
  name,
  states,
  totalShards: states.length,
  counts,
  guilds: 1,
  processes: 1,
  lastPushMs: null,
  coming: null,
  notices: [],
})

const snapshot = (...clusters: ClusterSnapshot[]): FeedFrame => ({ op: 'snapshot', ...position, clusters })

const changes = (name: string, ...states: number[]): FeedFrame => ({
  op: 'changes',
  ...position,
  clusters: [{ name, states }],
})

/** A fleet whose next screen frame comes when the test says so. */
function createTestFleet() {
  const waiting: (() => void)[] = []
  const heard: FleetChange[] = []
  const fleet = createFleet(run => waiting.push(run))
  fleet.subscribe(change => heard.push(change))
  return { fleet, heard, waiting, paint: () => waiting.splice(0).forEach(run => void run()) }
}

it('takes over a snapshot, counting each state over all clusters', () => {
  const { fleet, heard, paint } = createTestFleet()
  fleet.apply(snapshot(cluster('main', '3316'), cluster('other', '03')))
  paint()
  expect([...(fleet.cluster('main')?.states ?? [])]).toEqual([3, 3, 1, 6])
  expect(fleet.counts()).toEqual([1, 1, 0, 3, 0, 0, 1])
  expect(heard).toMatchObject([{ all: true }])
})

it('tells of many batches once a screen frame, with the shards that changed', () => {
  const { fleet, heard, waiting, paint } = createTestFleet()
  fleet.apply(snapshot(cluster('main', '3333')))
  paint()
  fleet.apply(changes('main', 1, 1, 2, 4))
  fleet.apply(changes('main', 1, 3))
  expect(waiting).toHaveLength(1)
  paint()
  expect(heard).toHaveLength(2)
  expect([...(heard[1]?.shards.get('main') ?? [])]).toEqual([1, 2])
  expect([...(fleet.cluster('main')?.states ?? [])]).toEqual([3, 3, 4, 3])
})

it('keeps count of the states through every change, also of those that change nothing', () => {
  const { fleet } = createTestFleet()
  fleet.apply(snapshot(cluster('main', '3316'), cluster('other', '03')))
  fleet.apply(changes('main', 2, 3, 3, 6, 0, 2))
  fleet.apply(changes('other', 0, 3, 7, 1))
  expect(fleet.counts()).toEqual([0, 0, 1, 4, 0, 0, 1])
  fleet.apply(snapshot(cluster('main', '44')))
  expect(fleet.counts()).toEqual([0, 0, 0, 0, 2, 0, 0])
})

it('does not grow by a shard or a cluster that no snapshot told of', () => {
  const { fleet, paint } = createTestFleet()
  fleet.apply(snapshot(cluster('main', '33')))
  fleet.apply(changes('main', 9, 1))
  fleet.apply(changes('elsewhere', 0, 1))
  paint()
  expect(fleet.clusters().map(({ name, states }) => [name, states.length])).toEqual([['main', 2]])
})

it('takes over the notices of a cluster when they change, and keeps them when they do not', () => {
  const { fleet, paint } = createTestFleet()
  const notice = { source: 'manager', id: 'a', level: 'info' as const, text: 'Resharding', sinceMs: 5 }
  fleet.apply(snapshot(cluster('main', '33')))
  fleet.apply({ op: 'changes', ...position, clusters: [{ name: 'main', states: [], notices: [notice] }] })
  fleet.apply(changes('main', 1, 4))
  paint()
  expect(fleet.cluster('main')?.notices).toEqual([notice])
  fleet.apply({ op: 'changes', ...position, clusters: [{ name: 'main', states: [], notices: [] }] })
  expect(fleet.cluster('main')?.notices).toEqual([])
})

it('takes the totals of a beat and keeps the states', () => {
  const { fleet, paint } = createTestFleet()
  fleet.apply(snapshot(cluster('main', '33')))
  const coming = { generation: 1, totalShards: 4, counts }
  fleet.apply({
    op: 'beat',
    ...position,
    clusters: [{ name: 'main', guilds: 77, processes: 2, lastPushMs: 5, coming }],
  })
  paint()
  expect(fleet.cluster('main')).toMatchObject({ guilds: 77, processes: 2, lastPushMs: 5, coming })
  expect(fleet.counts()[3]).toBe(2)
})
