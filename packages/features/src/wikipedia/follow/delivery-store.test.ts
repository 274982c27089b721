import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Batch, createDeliveryStore, type DeliveryStore } from './delivery-store.ts'

describe('a channel with something to be told', () => {
  let database: Database
  let deliveries: DeliveryStore
  let lastChannel = 0n

  beforeAll(async () => {
    const opened = new AsyncDisposableStack()
    const scratch = opened.use(await testDatabase())
    database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
    const directory = join(import.meta.dirname, '..', 'migrations')
    await migrate(database, { name: 'wikipedia', directory })
    deliveries = createDeliveryStore(database)
    return () => opened.disposeAsync()
  })

  const wait = (channelId: bigint) =>
    database.query(
      'INSERT INTO wikipedia_follow_changes (channel_id, follow_id, change_id, at) VALUES ($1, 1, $2, now())',
      [channelId, randomUUID()],
    )

  async function newChannel(guildId: bigint | null): Promise<bigint> {
    lastChannel += 1n
    await database.query('INSERT INTO wikipedia_follow_channels (channel_id, guild_id) VALUES ($1, $2)', [
      lastChannel,
      guildId,
    ])
    await wait(lastChannel)
    return lastChannel
  }

  const newOwner = (process: number) => ({ process, life: randomUUID() })

  const claim = async (owner: { process: number; life: string }, ids = [0, 1]): Promise<Batch[]> =>
    deliveries.claim({ owner, shards: { ids, total: 2 }, except: [], limit: 10 })

  const finish = (batches: Batch[]) =>
    Promise.all(batches.map(batch => deliveries.done(batch, { isPosted: true })))

  it('is for the process with its shard, and a direct message for the one with shard 0', async () => {
    const [odd, direct] = [await newChannel(1n << 22n), await newChannel(null)]
    const second = await claim(newOwner(2), [1])
    expect(second.map(batch => batch.channelId)).toEqual([odd])
    const first = await claim(newOwner(1), [0])
    expect(first.map(batch => batch.channelId)).toEqual([direct])
    expect(await finish([...first, ...second])).toEqual([true, true])
  })

  it('is for one of two at a time, and at once for the next life of the same process', async () => {
    await newChannel(null)
    const claims = await Promise.all([claim(newOwner(1)), claim(newOwner(2))])
    expect(claims.flat()).toHaveLength(1)
    const [lost] = claims.flat()
    const process = claims[0].length === 1 ? 1 : 2
    expect(await claim(newOwner(3 - process))).toEqual([])
    const [taken] = await claim(newOwner(process))
    expect(taken).toMatchObject({ batch: lost?.batch, until: lost?.until, at: lost?.at, attempts: 2 })
    expect(lost && (await finish([lost]))).toEqual([false])
    expect(taken && (await finish([taken]))).toEqual([true])
  })

  it('is told what came during an attempt only with the next message', async () => {
    const channelId = await newChannel(null)
    const owner = newOwner(1)
    const [first] = await claim(owner)
    await wait(channelId)
    if (first) await deliveries.retry(first)
    const now = () =>
      database.query('UPDATE wikipedia_follow_channels SET next_post_at = now() WHERE channel_id = $1', [
        channelId,
      ])
    await now()
    const [again] = await claim(owner)
    expect(again).toMatchObject({ batch: first?.batch, until: first?.until, attempts: 2 })
    expect(again && (await finish([again]))).toEqual([true])
    expect(await claim(owner)).toEqual([])
    await now()
    const [next] = await claim(owner)
    expect(next?.until).toBeGreaterThan(first?.until ?? 0n)
    expect(next?.batch).not.toBe(first?.batch)
    expect(next && (await finish([next]))).toEqual([true])
  })
})
