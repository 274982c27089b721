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

it('keeps what the bot was resharded to until its configuration is changed', async () => {
  const store = await openLayoutStore({ database, cluster: 'main' })
  expect(await store.settle('4', 4)).toMatchObject({ totalShards: 4, generation: 0 })
  await store.keep({ configured: '4', totalShards: 8, generation: 1 })
  const later = await openLayoutStore({ database, cluster: 'main' })
  expect(await later.settle('4', 4)).toMatchObject({ totalShards: 8, generation: 1 })
  expect(await later.settle('6', 6)).toMatchObject({ totalShards: 6, generation: 2 })
  expect(await later.settle('6', 6)).toMatchObject({ totalShards: 6, generation: 2 })
})

it('does not change the layout because Discord recommends another number today', async () => {
  const store = await openLayoutStore({ database, cluster: 'main' })
  await store.settle('auto', 4)
  expect(await store.settle('auto', 5)).toMatchObject({ totalShards: 4, generation: 0 })
})

it('keeps the layouts of bots apart', async () => {
  const one = await openLayoutStore({ database, cluster: 'main' })
  await one.keep({ configured: '4', totalShards: 8, generation: 3 })
  const other = await openLayoutStore({ database, cluster: 'other' })
  expect(await other.settle('4', 4)).toMatchObject({ totalShards: 4, generation: 0 })
})
