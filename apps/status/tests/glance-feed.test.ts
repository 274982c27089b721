import { eventually } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { startGlance } from './glance-server.ts'
import { TOKEN } from './test-app.ts'
import { openViewer } from './viewer.ts'

const FEED = '/api/feed'
/** More than the system itself keeps of what a viewer does not read: some 25 MB. */
const PUSHES = 24
const NOW_SECONDS = 1_700_000_000

describe("what Glance's feed sends, and this one too", () => {
  it('hello: every cluster with len, its shards by id with state and last_healthy in seconds, unseen ones absent', async () => {
    await using glance = await startGlance()
    await glance.status('other', 1, 3)
    await glance.status('other', 3, 2)
    await glance.passMs(1_500)
    await glance.health('other', 1)
    using viewer = await openViewer(glance.app, FEED)
    await viewer.until('hello', () => true)
    expect(viewer.raw).toEqual([
      {
        op: 'hello',
        payload: {
          main: { len: 60 },
          other: {
            len: 4,
            1: { state: 3, last_healthy: NOW_SECONDS + 1.5 },
            3: { state: 2, last_healthy: NOW_SECONDS },
          },
        },
      },
    ])
  })

  it('state_update with cluster, shard and state for every status, also one that changes nothing', async () => {
    await using glance = await startGlance()
    using viewer = await openViewer(glance.app, FEED)
    await glance.status('main', 7, 4)
    await glance.status('main', 7, 4)
    await viewer.until('both', () => viewer.raw.length === 3)
    const update = { op: 'state_update', payload: { cluster: 'main', shard: 7, state: 4 } }
    expect(viewer.raw.slice(1)).toEqual([update, update])
  })

  it('health_ping with cluster and shard and nothing else while the state stays', async () => {
    await using glance = await startGlance()
    await glance.status('main', 7, 6)
    using viewer = await openViewer(glance.app, FEED)
    await glance.health('main', 7)
    await viewer.until('the ping', () => viewer.raw.length === 2)
    expect(viewer.raw[1]).toEqual({ op: 'health_ping', payload: { cluster: 'main', shard: 7 } })
  })

  it('state_update to Unhealthy after the timeout, and health_ping with state 3 when it is well again', async () => {
    await using glance = await startGlance()
    await glance.status('main', 7, 3)
    using viewer = await openViewer(glance.app, FEED)
    await glance.passMs(30_000)
    await glance.health('main', 7)
    await viewer.until('both', () => viewer.raw.length === 3)
    expect(viewer.raw.slice(1)).toEqual([
      { op: 'state_update', payload: { cluster: 'main', shard: 7, state: 1 } },
      { op: 'health_ping', payload: { cluster: 'main', shard: 7, state: 3 } },
    ])
  })

  it('last_healthy of an unhealthy shard is when it was last heard, not when it was found silent', async () => {
    await using glance = await startGlance()
    await glance.status('other', 0, 3)
    await glance.passMs(30_000)
    using viewer = await openViewer(glance.app, FEED)
    const hello = await viewer.until('hello', () => true)
    expect(hello.payload['other']).toEqual({ len: 4, 0: { state: 1, last_healthy: NOW_SECONDS } })
  })

  it('frames of text, one JSON object each, to programs that name no origin', async () => {
    await using glance = await startGlance()
    using viewer = await openViewer(glance.app, FEED)
    const kinds: boolean[] = []
    viewer.socket.on('message', (_, isBinary) => kinds.push(isBinary))
    await glance.status('main', 0, 3)
    await eventually('a frame', () => kinds.length > 0)
    expect(kinds).toEqual([false])
  })
})

describe("where the feed differs from Glance's on purpose", () => {
  it('the shard of every state_update is a number, where Glance sent a text for those that fell silent', async () => {
    await using glance = await startGlance()
    await glance.status('main', 7, 3)
    using viewer = await openViewer(glance.app, FEED)
    await glance.passMs(30_000)
    const update = await viewer.until('the update', ({ op }) => op === 'state_update')
    expect(update.payload['shard']).toBe(7)
  })

  it('a cluster of which nobody has told how many shards it has is left out, since a page would divide by none', async () => {
    await using glance = await startGlance({ STATUS_TOKENS: `quiet:${TOKEN}` })
    using viewer = await openViewer(glance.app, FEED)
    const hello = await viewer.until('hello', () => true)
    expect(Object.keys(hello.payload)).toEqual(['main', 'other'])
  })

  it('a viewer that does not read is bounded, and is told all states once it reads, without a second hello', async () => {
    await using glance = await startGlance({ GLANCE_BOTS: 'main:20000', STATUS_TOKENS: `main:${TOKEN}` })
    const push = (state: number, last = state) =>
      glance.push({
        totalShards: 20_000,
        shards: Array.from({ length: 20_000 }, (_, id) => ({ id, state: id === 19_999 ? last : state })),
      })
    using viewer = await openViewer(glance.app, FEED)
    await viewer.until('hello', () => true)
    viewer.socket.pause()
    for (let change = 0; change < PUSHES; change += 1) {
      expect((await push(3 + (change % 2))).statusCode).toBe(204)
    }
    await push(6, 5)
    viewer.socket.resume()
    const isLast = () => JSON.stringify(viewer.raw.at(-1))?.includes('"shard":19999,"state":5')
    await eventually('it knows the last states', isLast, { withinMs: 60_000 })
    expect(viewer.raw.length).toBeLessThan(PUSHES * 20_000)
    expect(viewer.frames.filter(({ op }) => op === 'hello')).toHaveLength(1)
    const metrics = await (await fetch(`http://${glance.host}/metrics`)).text()
    expect(metrics).toMatch(/shardlight_status_slow_viewers_total\{api="glance"\} [1-9]/)
  }, 120_000)
})
