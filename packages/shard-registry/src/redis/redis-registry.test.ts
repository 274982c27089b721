import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually, redisIsMissing, redisUrl, startMortalRedis } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { NOTICE_TIMEOUTS, registryContract } from '../registry.contract.ts'
import type { ShardRegistry } from '../shard-registry.ts'
import { ShardState } from '../shard-state.ts'
import { openRedisRegistry } from './redis-registry.ts'

const { Unhealthy, Online, Starting } = ShardState

const online = (...ids: number[]) => ({ totalShards: 4, shards: ids.map(id => ({ id, state: Online })) })

describe.skipIf(redisIsMissing())('the registry in Redis', () => {
  const openReplica = (namespace: string, { healthTimeoutMs = 30_000 } = {}) =>
    openRedisRegistry({
      url: redisUrl(),
      namespace,
      healthTimeoutMs,
      noticeLifetimeMs: NOTICE_TIMEOUTS * healthTimeoutMs,
    })

  registryContract(async () => {
    const healthTimeoutMs = 400
    const registry = await openReplica(`test:${randomUUID()}`, { healthTimeoutMs })
    return {
      registry,
      passTimeouts: count => sleep(count * healthTimeoutMs),
      [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
    }
  })

  it('shows one replica what was pushed to another, from before and from now on', async () => {
    const namespace = `test:${randomUUID()}`
    await using first = await openReplica(namespace)
    await first.push('main', online(0, 1))
    await using second = await openReplica(namespace)
    expect([...(second.cluster('main')?.states ?? [])]).toEqual([3, 3, 0, 0])
    await first.push('main', {
      ...online(),
      process: { id: 'p', pid: 9 },
      shards: [{ id: 3, state: Starting }],
    })
    await eventually('the second replica follows', () => second.cluster('main')?.get(3)?.state === Starting)
    expect(second.cluster('main')?.processes.get('p')?.pid).toBe(9)
  })

  it('shows one replica the notices that were told to another, from before and from now on', async () => {
    const namespace = `test:${randomUUID()}`
    const wait = { id: 'wait', level: 'warning' as const, text: 'Shards 4 and 7 wait', shards: [4, 7] }
    const texts = (registry: ShardRegistry) =>
      registry.cluster('main')?.notices.all.map(({ source, text }) => `${source}: ${text}`)
    await using first = await openReplica(namespace)
    await first.setNotices('main', { source: 'manager', notices: [wait] })
    await using second = await openReplica(namespace)
    expect(second.cluster('main')?.notices.all).toEqual(first.cluster('main')?.notices.all)
    await second.setNotices('main', {
      source: 'other',
      notices: [{ ...wait, text: 'quotes " and \\ and {braces}' }],
    })
    await eventually('the first replica follows', () => texts(first)?.length === 2)
    await first.setNotices('main', { source: 'manager', notices: [] })
    await eventually('the second replica follows', () => texts(second)?.length === 1)
    expect(texts(second)).toEqual(['other: quotes " and \\ and {braces}'])
  })

  it('does not show a notice that a manager left behind to a replica that comes later', async () => {
    const namespace = `test:${randomUUID()}`
    const healthTimeoutMs = 100
    await using first = await openReplica(namespace, { healthTimeoutMs })
    await first.setNotices('main', {
      source: 'manager',
      notices: [{ id: 'a', level: 'info', text: 'Restarting' }],
    })
    await sleep(NOTICE_TIMEOUTS * healthTimeoutMs)
    await using second = await openReplica(namespace, { healthTimeoutMs })
    expect(second.cluster('main')?.notices.all ?? []).toEqual([])
  })

  it('shows one replica what another was told of a process and of a layout that is coming, and takes over there too', async () => {
    const namespace = `test:${randomUUID()}`
    await using first = await openReplica(namespace)
    const pushComing = (isComing: boolean) =>
      first.push('main', {
        totalShards: 8,
        generation: 1,
        isComing,
        process: { id: 'p', pid: 80 },
        shards: [{ id: 7, state: Online }],
      })
    await first.push('main', { ...online(0, 1, 2, 3), process: { id: 'p', pid: 40 } })
    await pushComing(true)
    await using second = await openReplica(namespace)
    const seen = () => second.cluster('main')
    expect(seen()?.processes.get('p')?.pid).toBe(40)
    expect(seen()?.coming?.get(7)?.state).toBe(Online)
    expect(seen()?.coming?.processes.get('p')?.pid).toBe(80)
    expect(seen()?.coming?.newest.generation).toBe(1)
    await pushComing(false)
    await eventually('the second replica follows', () => seen()?.totalShards === 8)
    expect(seen()?.coming).toBeUndefined()
    expect(seen()?.get(7)?.state).toBe(Online)
    expect(seen()?.processes.get('p')?.pid).toBe(80)
  })

  it('turns each silent shard once when two replicas sweep together', async () => {
    const namespace = `test:${randomUUID()}`
    await using first = await openReplica(namespace, { healthTimeoutMs: 200 })
    await using second = await openReplica(namespace, { healthTimeoutMs: 200 })
    const turned: number[] = []
    using _ = first.subscribe({
      changed: changes => {
        for (const { shard, record } of changes) if (record.state === Unhealthy) turned.push(shard)
      },
      noticed() {},
      reset() {},
    })
    const ids = Array.from({ length: 1_200 }, (_, id) => id)
    await first.push('main', { shards: ids.map(id => ({ id, state: Online })) })
    let swept = 0
    await eventually('all are turned', async () => {
      const counts = await Promise.all([first.sweep(), second.sweep()])
      swept += counts[0] + counts[1]
      return swept >= ids.length
    })
    await eventually('the first replica has heard of all', () => turned.length >= ids.length)
    expect(turned.toSorted((a, b) => a - b)).toEqual(ids)
    expect(swept).toBe(ids.length)
  })

  it('takes down what nobody could repeat, also while Redis is away', async () => {
    await using redis = await startMortalRedis()
    await using registry = await openRedisRegistry({
      url: redis.url,
      healthTimeoutMs: 1_500,
      noticeLifetimeMs: 500,
    })
    await registry.setNotices('main', {
      source: 'manager',
      notices: [{ id: 'a', level: 'info', text: 'Restarting' }],
    })
    await redis.kill()
    await eventually('it is taken down', async () => {
      await expect(registry.sweep()).rejects.toThrow()
      return registry.cluster('main')?.notices.all.length === 0
    })
  })
})
