import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { clusterAnswerSchema } from '@shardlight/status-client'
import { expect, it } from 'vitest'
import { createWholeClusters } from '../src/v2/whole-clusters.ts'
import { createTestApp } from './test-app.ts'

const WHOLE = '/api/v2/clusters/main'

async function createApp(totalShards: number) {
  const test = await createTestApp()
  const pushAll = (state: number) =>
    test.push({ totalShards, shards: Array.from({ length: totalShards }, (_, id) => ({ id, state })) })
  await pushAll(3)
  return { ...test, pushAll, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() }
}

it('makes the whole of a large cluster once a second, and anew when its shards are others', async () => {
  await using test = await createApp(1_001)
  const table = test.registry.cluster('main')
  if (!table) throw new Error('there is no cluster')
  let clockMs = 0
  let made = 0
  const wholeOf = createWholeClusters({
    make: () => {
      made += 1
      return { made }
    },
    nowMs: () => clockMs,
  })
  const told = async () => JSON.parse(String(await wholeOf(table)('identity'))).made
  expect([await told(), await told()]).toEqual([1, 1])
  clockMs = 999
  expect(await told()).toBe(1)
  clockMs = 1_000
  expect([await told(), await told()]).toEqual([2, 2])
  await test.push({ totalShards: 1_002, shards: [{ id: 0, state: 3 }] })
  expect(await told()).toBe(3)
})

it('tells of a small cluster what is now', async () => {
  await using test = await createApp(4)
  for (const state of [1, 4, 3]) {
    await test.pushAll(state)
    expect((await test.app.inject(WHOLE)).json().states).toBe(String(state).repeat(4))
  }
})

it('answers compressed as it was asked, with the same in it', async () => {
  await using test = await createApp(1_500)
  const ask = (encoding: string) => test.app.inject({ url: WHOLE, headers: { 'accept-encoding': encoding } })
  const plain = await ask('identity')
  expect(plain.headers).toMatchObject({ vary: 'accept-encoding', 'cache-control': 'no-store' })
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(clusterAnswerSchema.parse(plain.json()).shards).toHaveLength(1_500)
  const [br, gzip] = [await ask('gzip, br'), await ask('gzip')]
  expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip'])
  for (const body of [brotliDecompressSync(br.rawPayload), gunzipSync(gzip.rawPayload)])
    expect(clusterAnswerSchema.parse(JSON.parse(String(body))).shards).toHaveLength(1_500)
  expect(br.rawPayload.length).toBeLessThan(plain.rawPayload.length / 10)
})
