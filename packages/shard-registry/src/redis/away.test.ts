import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, type MortalRedis, redisIsMissing, startMortalRedis } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import type { ShardRegistry } from '../shard-registry.ts'
import { ShardState } from '../shard-state.ts'
import { openRedisRegistry } from './redis-registry.ts'

const { Unhealthy, Offline, Online, Starting } = ShardState

const HEALTH_TIMEOUT_MS = 4_000
const SLOW = { withinMs: 60_000 }

type Trouble = {
  what: string
  begin: (redis: MortalRedis) => Promise<void>
  end: (redis: MortalRedis) => Promise<void>
}

const troubles: Trouble[] = [
  { what: 'is killed and comes back empty', begin: redis => redis.kill(), end: redis => redis.start() },
  {
    what: 'is frozen and thawed',
    begin: async redis => redis.freeze(),
    end: async redis => redis.thaw(),
  },
  {
    what: 'cannot be reached',
    begin: async redis => {
      redis.proxy.leadTo('redis://127.0.0.1:1')
      redis.proxy.cut()
    },
    end: async redis => redis.proxy.leadTo(redis.serverUrl),
  },
]

/** Shards 0 to 2 push; shard 3 was switched off for good. */
const pushLiving = (registry: ShardRegistry) =>
  registry.push('main', { totalShards: 4, shards: [0, 1, 2].map(id => ({ id, state: Online, guilds: 5 })) })

const states = (registry: ShardRegistry) => [...(registry.cluster('main')?.states ?? [])].join('')

/** What anybody was ever told with an unhealthy shard in it. */
function watchUnhealthy(registries: ShardRegistry[]) {
  const told: string[] = []
  for (const registry of registries) {
    const look = () => void (states(registry).includes(String(Unhealthy)) && told.push(states(registry)))
    registry.subscribe({ changed: look, reset: look, noticed() {} })
  }
  return told
}

async function isRefusedAtOnce(registry: ShardRegistry): Promise<boolean> {
  const refused = pushLiving(registry).then(
    () => false,
    () => true,
  )
  // Sooner than any answer from another process could come.
  return await Promise.race([refused, new Promise<boolean>(resolve => setImmediate(() => resolve(false)))])
}

describe.skipIf(redisIsMissing())('while Redis is away', { timeout: 120_000, concurrent: true }, () => {
  const openReplicas = async (redis: MortalRedis, count: number, stack: AsyncDisposableStack) => {
    const registries: ShardRegistry[] = []
    for (let replica = 0; replica < count; replica += 1)
      registries.push(
        stack.use(await openRedisRegistry({ url: redis.url, healthTimeoutMs: HEALTH_TIMEOUT_MS })),
      )
    return registries
  }

  it.each(troubles.flatMap(trouble => [1, 2].map(count => ({ ...trouble, count }))))(
    'which $what, $count replicas keep the picture, marked, and are right again by the pushes',
    async ({ begin, end, count }) => {
      await using stack = new AsyncDisposableStack()
      const redis = stack.use(await startMortalRedis())
      const registries = await openReplicas(redis, count, stack)
      const [first] = registries
      if (!first) throw new Error('there is no replica')
      await pushLiving(first)
      await first.push('main', { totalShards: 4, shards: [{ id: 3, state: Offline }] })
      for (const registry of registries) {
        await eventually('it follows', () => states(registry) === '3332')
        await eventually('it is current', () => registry.staleSinceMs() === null)
      }
      const toldUnhealthy = watchUnhealthy(registries)

      await begin(redis)
      const pushing = pushLiving(first).catch(() => {})
      for (const registry of registries) {
        await eventually('pushes are refused at once', () => isRefusedAtOnce(registry), SLOW)
        await expect(registry.check()).rejects.toThrow('Redis does not answer')
        await expect(registry.sweep()).rejects.toThrow('Redis does not answer')
        expect(registry.staleSinceMs()).toBeLessThanOrEqual(registry.nowMs())
      }
      await pushing
      // Longer than a shard may be silent.
      await sleep(HEALTH_TIMEOUT_MS * 1.5)
      expect(registries.map(states)).toEqual(registries.map(() => '3332'))

      await end(redis)
      for (const registry of registries) {
        await eventually('Redis answers', async () => (await registry.sweep()) === 0, SLOW)
        // Nobody has pushed since: it is still the last known picture, and what was switched off is known to be.
        expect(states(registry)).toBe('3332')
      }
      expect(first.staleSinceMs()).not.toBeNull()
      for (const registry of registries)
        await eventually(
          'the mark goes with the pushes',
          async () => {
            await pushLiving(first)
            await registry.sweep()
            return registry.staleSinceMs() === null
          },
          SLOW,
        )
      expect(registries.map(states)).toEqual(registries.map(() => '3332'))
      expect(toldUnhealthy).toEqual([])
    },
  )

  it('which is frozen, a sweep that is under way is not made up for when it thaws', async () => {
    await using stack = new AsyncDisposableStack()
    const redis = stack.use(await startMortalRedis())
    const openedAtMs = performance.now()
    const registries = await openReplicas(redis, 1, stack)
    const toldUnhealthy = watchUnhealthy(registries)
    for (const registry of registries) {
      await eventually('it may call shards unhealthy', async () => {
        await pushLiving(registry)
        await registry.push('main', { totalShards: 4, shards: [{ id: 3, state: Starting }] })
        // From now on Redis has the script, and needs no more than what lies in its socket.
        await registry.sweep()
        await sleep(100)
        return performance.now() > openedAtMs + HEALTH_TIMEOUT_MS * 1.5
      })
      redis.freeze()
      await expect(registry.sweep()).rejects.toThrow()
      await sleep(HEALTH_TIMEOUT_MS)
      redis.thaw()
      await eventually('Redis answers', () => registry.sweep().then(() => true), SLOW)
      await pushLiving(registry)
      expect(states(registry)).toBe('3334')
    }
    expect(toldUnhealthy).toEqual([])
  })

  it('which is emptied under its replicas, they notice without a push, and give back what was lost', async () => {
    await using stack = new AsyncDisposableStack()
    const redis = stack.use(await startMortalRedis())
    const [first, second] = await openReplicas(redis, 2, stack)
    if (!first || !second) throw new Error('there are no replicas')
    await pushLiving(first)
    await first.push('main', { totalShards: 4, shards: [{ id: 3, state: Offline }] })
    await first.setNotices('main', {
      source: 'manager',
      notices: [{ id: 'a', level: 'info', text: 'Words' }],
    })
    await eventually('the second follows', () => second.cluster('main')?.notices.all.length === 1)
    await redis.flush()
    await eventually('a replica that comes later is told all of it', async () => {
      await using later = await openRedisRegistry({ url: redis.url, healthTimeoutMs: HEALTH_TIMEOUT_MS })
      expect(later.cluster('main')?.guilds()).toBe(15)
      expect(later.cluster('main')?.notices.all).toMatchObject([{ text: 'Words' }])
      return states(later) === '3332'
    })
    await pushLiving(second)
    expect(states(second)).toBe('3332')
  })

  it('which lost an older layout, does not get it back in place of the one that pushes', async () => {
    await using stack = new AsyncDisposableStack()
    const redis = stack.use(await startMortalRedis())
    const [first, second] = await openReplicas(redis, 2, stack)
    if (!first || !second) throw new Error('there are no replicas')
    await pushLiving(first)
    await redis.kill()
    await redis.start()
    const pushAnew = () =>
      second.push('main', { totalShards: 2, generation: 1, shards: [{ id: 0, state: Online }] })
    await eventually('the new layout is pushed', () => pushAnew().then(() => true), SLOW)
    for (const registry of [first, second])
      await eventually('it has the new layout', () => registry.cluster('main')?.totalShards === 2)
  })
})
