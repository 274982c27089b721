import { ShardState } from '@shardlight/shard-registry'
import { expect, it } from 'vitest'
import { MOST_QUEUED_BYTES } from '../src/viewer.ts'
import { createTestApp } from './test-app.ts'
import { openViewer } from './viewer.ts'

const FEED = '/api/v2/feed'

const push = (...shards: [id: number, state: number][]) => ({
  totalShards: 4,
  process: { id: 'p0' },
  shards: shards.map(([id, state]) => ({ id, state, guilds: 2 })),
})

it('says hello, gives a snapshot, and then only what changes', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3], [1, 3]))
  using viewer = await openViewer(test.app, FEED)
  const snapshot = await viewer.until('a snapshot', ({ op }) => op === 'snapshot')
  expect(viewer.frames[0]).toMatchObject({ op: 'hello', resumed: false, epoch: snapshot.epoch })
  expect(snapshot.clusters.find(({ name }) => name === 'main')).toMatchObject({
    totalShards: 4,
    states: '3300',
    guilds: 4,
    processes: 1,
  })
  await test.push(push([0, 3], [1, 6]))
  const changes = await viewer.until('changes', ({ op }) => op === 'changes')
  expect(changes).toMatchObject({ epoch: snapshot.epoch, seq: snapshot.seq + 1 })
  expect(changes.clusters).toEqual([{ name: 'main', states: [1, 6] }])
  const beat = await viewer.until('a beat', ({ op }) => op === 'beat')
  expect(beat.clusters.find(({ name }) => name === 'main')).toMatchObject({ guilds: 4 })
})

it('joins what changes within a moment into one batch', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3]))
  using viewer = await openViewer(test.app, FEED)
  await viewer.until('a snapshot', ({ op }) => op === 'snapshot')
  await Promise.all([test.push(push([1, 3])), test.push(push([2, 4])), test.push(push([2, 3]))])
  const changes = await viewer.until('changes', ({ op }) => op === 'changes')
  expect(changes.clusters).toEqual([{ name: 'main', states: [1, 3, 2, 3] }])
})

it('resumes a viewer where it stood, and gives a snapshot to one from another epoch', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3]))
  using first = await openViewer(test.app, FEED)
  const { epoch, seq } = await first.until('a snapshot', ({ op }) => op === 'snapshot')
  first.socket.close()
  await first.closed
  using witness = await openViewer(test.app, FEED)
  await test.push(push([3, 5]))
  await witness.until('the batch', ({ op }) => op === 'changes')

  using again = await openViewer(test.app, `${FEED}?epoch=${epoch}&seq=${seq}`)
  const missed = await again.until('what was missed', ({ op }) => op === 'changes')
  expect(missed.clusters).toEqual([{ name: 'main', states: [3, 5] }])
  expect(again.frames.map(({ op }) => op)).toEqual(['hello', 'changes'])
  expect(again.frames[0]).toMatchObject({ resumed: true })

  using stranger = await openViewer(test.app, `${FEED}?epoch=another&seq=${seq}`)
  await stranger.until('a snapshot', ({ op }) => op === 'snapshot')
  expect(stranger.frames[0]).toMatchObject({ resumed: false })
})

it('begins a new epoch with a snapshot when a cluster has another number of shards', async () => {
  await using test = await createTestApp()
  await test.push(push([0, 3]))
  using viewer = await openViewer(test.app, FEED)
  const { epoch } = await viewer.until('a snapshot', ({ op }) => op === 'snapshot')
  await test.push({ totalShards: 8, shards: [{ id: 7, state: 3 }] })
  const next = await viewer.until('another epoch', frame => frame.op === 'snapshot' && frame.epoch !== epoch)
  expect(next.clusters.find(({ name }) => name === 'main')?.states).toBe('30000003')
})

it('lets pages of its own origin in, and those that are listed, and no others', async () => {
  await using test = await createTestApp({ STATUS_ORIGINS: 'https://friend.example' })
  using viewer = await openViewer(test.app, FEED)
  const host = new URL(viewer.socket.url).host
  for (const path of [FEED, '/api/feed']) {
    using own = await openViewer(test.app, path, { origin: `http://${host}` })
    using friend = await openViewer(test.app, path, { origin: 'https://friend.example' })
    await own.until('a frame', () => true)
    await friend.until('a frame', () => true)
    await expect(openViewer(test.app, path, { origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(openViewer(test.app, path, { origin: 'null' })).rejects.toThrow('403')
  }
})

it('ends a viewer that sends more than viewers have to say', async () => {
  await using test = await createTestApp()
  using viewer = await openViewer(test.app, FEED)
  viewer.socket.send('x'.repeat(2_000))
  expect(await viewer.closed).toBe(1009)
})

it("speaks Glance's words on Glance's feed", async () => {
  await using test = await createTestApp()
  await test.glance('status/glance/0/3')
  using viewer = await openViewer(test.app, '/api/feed')
  const hello = await viewer.until('hello', ({ op }) => op === 'hello')
  expect(hello.payload['glance']).toEqual({ len: 4, 0: { state: 3, last_healthy: 1_700_000_000 } })
  await test.glance('health/glance/0')
  await test.glance('status/glance/1/4')
  await test.passMs(30_000)
  await test.glance('health/glance/0')
  await viewer.until('the last', ({ op, payload }) => op === 'health_ping' && payload['state'] === 3)
  expect(viewer.raw.slice(1)).toEqual([
    { op: 'health_ping', payload: { cluster: 'glance', shard: 0 } },
    { op: 'state_update', payload: { cluster: 'glance', shard: 1, state: 4 } },
    { op: 'state_update', payload: { cluster: 'glance', shard: 0, state: 1 } },
    { op: 'state_update', payload: { cluster: 'glance', shard: 1, state: 1 } },
    { op: 'health_ping', payload: { cluster: 'glance', shard: 0, state: 3 } },
  ])
})

it('tells viewers of both feeds to come back after a while when it stops, and waits for no dead one', async () => {
  const test = await createTestApp()
  await test.glance('status/glance/0/3')
  using viewer = await openViewer(test.app, FEED)
  using glance = await openViewer(test.app, '/api/feed')
  using dead = await openViewer(test.app, FEED)
  await dead.until('a snapshot', ({ op }) => op === 'snapshot')
  dead.socket.pause()
  await test[Symbol.asyncDispose]()
  expect(await viewer.closed).toBe(1012)
  expect(await glance.closed).toBe(1012)
})

it('gives the picture of a very large fleet in one piece on both feeds, however large the piece is', async () => {
  await using test = await createTestApp({ GLANCE_BOTS: 'glance:6000' })
  const shards = (count: number) =>
    Array.from({ length: count }, (_, id) => ({ id, state: ShardState.Online }))
  await test.registry.push('glance', { totalShards: 6_000, shards: shards(6_000) })
  await test.registry.push('main', { totalShards: 65_536, shards: shards(65_536) })
  using viewer = await openViewer(test.app, FEED)
  using glance = await openViewer(test.app, '/api/feed')
  const snapshot = await viewer.until('a snapshot', ({ op }) => op === 'snapshot')
  const sizes = snapshot.clusters.map(({ states }) => (typeof states === 'string' ? states.length : 0))
  expect(sizes).toEqual([6_000, 65_536, 0])
  const { payload } = await glance.until('hello', ({ op }) => op === 'hello')
  expect(Object.keys(payload['glance'] ?? {})).toHaveLength(6_001)
  expect(JSON.stringify(payload).length).toBeGreaterThan(MOST_QUEUED_BYTES)
  await test.registry.push('glance', {
    totalShards: 6_000,
    shards: [{ id: 5_999, state: ShardState.Resuming }],
  })
  const last = { cluster: 'glance', shard: 5_999, state: ShardState.Resuming }
  await glance.until(
    'what follows',
    ({ op, payload: told }) => op === 'state_update' && told['shard'] === 5_999,
  )
  expect(glance.raw.at(-1)).toEqual({ op: 'state_update', payload: last })
})
