import { randomUUID } from 'node:crypto'
import { connectTo } from '@shardlight/redis'
import { eventually, redisIsMissing, redisUrl } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { ShardState } from '../shard-state.ts'
import { openRedisRegistry } from './redis-registry.ts'

const { Online, Starting, Resuming } = ShardState

const one = (state: ShardState) => ({ totalShards: 1, generation: 1, shards: [{ id: 0, state }] })

async function openTwo() {
  await using opened = new AsyncDisposableStack()
  const redis = connectTo(redisUrl())
  opened.defer(() => redis.disconnect())
  await redis.connect()
  const namespace = `test:${randomUUID()}`
  const open = () => openRedisRegistry({ url: redisUrl(), namespace, healthTimeoutMs: 30_000 })
  const [first, second] = [opened.use(await open()), opened.use(await open())]
  const stack = opened.move()
  return {
    ...{ first, second, open },
    spoil: (name: string, field: string, value: string) => redis.hset(`${namespace}:${name}`, field, value),
    publish: (text: string) => redis.publish(`${namespace}:changes`, text),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

describe.skipIf(redisIsMissing())('what is stored and cannot be read', () => {
  it('as a generation is told anew by the next push', async () => {
    await using test = await openTwo()
    await test.spoil('generations', 'main', '1.7e+15 1700000000000')
    await test.spoil('generations', 'main+', 'nonsense')
    await test.first.push('main', one(Online))
    await test.first.sweep()
    await test.first.push('main', one(Starting))
    await using third = await test.open()
    expect(third.cluster('main')).toMatchObject({ newest: { generation: 1 }, totalShards: 1 })
  })

  it('of one cluster fails its pushes, and none of another that goes with them', async () => {
    await using test = await openTwo()
    const { first, second } = test
    await test.spoil('totals', 'spoilt', 'nonsense')
    const withoutTotal = { shards: [{ id: 0, state: Online }] }
    const states = [Online, Starting, Resuming]
    for (const state of states) {
      const [spoilt, ...others] = await Promise.allSettled([
        first.push('spoilt', withoutTotal),
        first.push('main', one(state)),
        first.push('other', one(state)),
      ])
      expect([spoilt, ...others].map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
      await first.check()
      await eventually('the other replica follows', () => second.cluster('main')?.get(0)?.state === state)
    }
    await expect(first.push('spoilt', withoutTotal)).rejects.toThrow('FAULT')
    await eventually('the picture is current', () => first.staleSinceMs() === null)
  })

  it('of a process or a notice is left out', async () => {
    await using test = await openTwo()
    const words = { id: 'a', level: 'info', text: 'Words', source: 's', sinceMs: 1 }
    await test.first.push('main', one(Online))
    await test.spoil('processes', 'main/p', '1 {"id":"a b"}')
    await test.spoil(
      'notices',
      'main/s',
      `9999999999999 ${JSON.stringify([words, { ...words, sinceMs: 1e300 }])}`,
    )
    await using third = await test.open()
    expect(third.cluster('main')?.processes.size).toBe(0)
    expect(third.cluster('main')?.notices.all).toEqual([words])
  })
})

describe.skipIf(redisIsMissing())('what comes over the channel and cannot be read', () => {
  it('makes the replicas load anew, and go on', async () => {
    await using test = await openTwo()
    const { first, second } = test
    await first.push('main', one(Online))
    for (const nonsense of ['', 'PING', 'epoch 2 now push\np main/0 x', `${'x '.repeat(9)}\nn a {`])
      await test.publish(nonsense)
    await first.push('main', one(Starting))
    await eventually('the other replica follows', () => second.cluster('main')?.get(0)?.state === Starting)
    expect(first.cluster('main')?.get(0)?.state).toBe(Starting)
  })
})
