import { createLog, monotonicClock } from '@shardlight/service'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { badgeRoutes } from '../src/badge/routes.ts'
import { createDirectory } from '../src/directory.ts'
import { startIncidentWatch } from '../src/incidents/incident-watch.ts'
import { createMemoryIncidentStore } from '../src/incidents/memory-store.ts'
import { statuspageRoutes } from '../src/statuspage/routes.ts'
import { childOf, readXml } from './read-xml.ts'

const STARTED_MS = Date.UTC(2026, 10, 21)
const ONLINE = 3

/** A cluster that is well, one that never pushed, and a registry that may lose what it depends on. */
async function startWell() {
  await using opened = new AsyncDisposableStack()
  let staleSinceMs: number | null = null
  const memory = createMemoryRegistry({ healthTimeoutMs: 30_000 })
  const registry = { ...memory, staleSinceMs: () => staleSinceMs }
  const tokens = new Map([
    ['main', ''],
    ['spare', ''],
  ])
  const directory = createDirectory({ registry, tokens, glanceBots: new Map() })
  const log = createLog({ name: 'test', level: 'silent' })
  const store = createMemoryIncidentStore()
  const watch = opened.use(startIncidentWatch({ store, clock: monotonicClock, log }))
  const app = fastify()
  opened.defer(() => app.close())
  const name = 'Shardlight'
  const nowMs = () => STARTED_MS
  await app.register(statuspageRoutes({ watch, directory, registry, name, publicUrl: undefined, nowMs }))
  await app.register(badgeRoutes({ watch, directory, registry, name }))
  await registry.push('main', { totalShards: 2, shards: [0, 1].map(id => ({ id, state: ONLINE })) })
  const stack = opened.move()
  return {
    json: async (path: string) => (await app.inject(`/api/v2/${path}`)).json(),
    tag: async () => (await app.inject('/api/v2/status.json')).headers.etag,
    badge: async () => childOf(readXml((await app.inject('/badge.svg')).body), 'title')?.text,
    lose() {
      staleSinceMs = STARTED_MS
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

describe('what machines are told', () => {
  it('is not that all is well while it is only remembered', async () => {
    await using well = await startWell()
    const [status, tag] = [await well.json('status.json'), await well.tag()]
    expect(status).toMatchObject({
      status: { indicator: 'none', description: 'All Systems Operational' },
    })
    expect(await well.badge()).toBe('Shardlight: up')
    well.lose()
    expect(await well.json('status.json')).toMatchObject({
      status: { indicator: 'minor', description: 'All Systems Operational, when last known' },
    })
    expect(await well.tag()).not.toBe(tag)
    expect(await well.badge()).toBe('Shardlight: up, when last known')
  })

  it('leaves out a cluster that never pushed, whose dates are those of the start', async () => {
    await using well = await startWell()
    const { components, status } = await well.json('summary.json')
    expect(status).toMatchObject({ indicator: 'none' })
    expect(components).toMatchObject([
      { id: 'main', status: 'operational' },
      { id: 'spare', created_at: '2026-11-21T00:00:00.000Z', updated_at: '2026-11-21T00:00:00.000Z' },
    ])
  })
})
