import { expect, it } from 'vitest'
import { RecordsAwayError } from '../records.ts'
import type { IncidentLedger } from './incident-store.ts'
import { createMemoryIncidentStore } from './memory-store.ts'
import { writeInTime } from './write-in-time.ts'

const open = (ledger: IncidentLedger) =>
  ledger.insert({
    cluster: 'main',
    kind: 'note',
    status: 'investigating',
    impact: 'minor',
    title: 'Slow answers',
    processId: null,
    shards: [],
    remaining: [],
    startedAtMs: 0,
    downAtMs: null,
    resolvedAtMs: null,
    startsAtMs: null,
    endsAtMs: null,
  })

it('writes', async () => {
  const store = createMemoryIncidentStore()
  const id = await writeInTime(store, open)
  expect(await store.unresolved()).toMatchObject([{ id }])
})

it('says in time that a store hangs, and writes nothing afterwards', async () => {
  const store = createMemoryIncidentStore()
  const { promise: hangs, resolve: goOn } = Promise.withResolvers<void>()
  const hanging = store.write(() => hangs)
  await expect(writeInTime(store, open, 20)).rejects.toThrow(RecordsAwayError)
  goOn()
  await hanging
  await store.write(async () => {})
  expect(await store.unresolved()).toEqual([])
})
