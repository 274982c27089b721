import { type Database, openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import { beforeEach, expect, it } from 'vitest'
import { openLayoutStore } from './layout-store.ts'

let database: Database

beforeEach(async () => {
  const scope = new AsyncDisposableStack()
  const { url } = scope.use(await testDatabase())
  database = scope.use(await openDatabase({ url, applicationName: 'test' }))
  return () => scope.disposeAsync()
})

/** As a manager does that owns its shards. */
async function settle(cluster: string, configured: string, totalShards: number) {
  const store = await openLayoutStore({ database, cluster })
  const layout = await store.read(configured, totalShards)
  await store.keep({ configured, ...layout })
  return layout
}

it('keeps what the bot was resharded to until its configuration is changed', async () => {
  expect(await settle('main', '4', 4)).toEqual({ totalShards: 4, generation: 0 })
  const store = await openLayoutStore({ database, cluster: 'main' })
  await store.keep({ configured: '4', totalShards: 8, generation: 1 })
  expect(await settle('main', '4', 4)).toEqual({ totalShards: 8, generation: 1 })
  expect(await settle('main', '6', 6)).toEqual({ totalShards: 6, generation: 2 })
  expect(await settle('main', '6', 6)).toEqual({ totalShards: 6, generation: 2 })
})

it('changes what Discord recommended only when the bot has outgrown it', async () => {
  await settle('main', 'auto', 4)
  expect(await settle('main', 'auto', 5)).toEqual({ totalShards: 4, generation: 0 })
  expect(await settle('main', 'auto', 9)).toEqual({ totalShards: 9, generation: 1 })
})

it('changes nothing by being read, nor by one who knows an earlier layout', async () => {
  const store = await openLayoutStore({ database, cluster: 'main' })
  await store.keep({ configured: '4', totalShards: 8, generation: 3 })
  expect(await store.read('6', 6)).toEqual({ totalShards: 6, generation: 4 })
  await store.keep({ configured: '4', totalShards: 4, generation: 0 })
  expect(await store.read('4', 4)).toEqual({ totalShards: 8, generation: 3 })
})

it('keeps the layouts of bots apart', async () => {
  const one = await openLayoutStore({ database, cluster: 'main' })
  await one.keep({ configured: '4', totalShards: 8, generation: 3 })
  expect(await settle('other', '4', 4)).toEqual({ totalShards: 4, generation: 0 })
})
