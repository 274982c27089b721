import { expect, it } from 'vitest'
import { incidentStoreContract } from './incident-store.contract.ts'
import { createMemoryIncidentStore } from './memory-store.ts'

incidentStoreContract(async nowMs => ({
  store: createMemoryIncidentStore({ nowMs }),
  async [Symbol.asyncDispose]() {},
}))

it('forgets the oldest of a thousand resolved incidents, and none that is open', async () => {
  const store = createMemoryIncidentStore()
  const fields = {
    cluster: 'main',
    kind: 'note' as const,
    status: 'resolved' as const,
    impact: 'none' as const,
    title: 'a note',
    processId: null,
    shards: [],
    remaining: [],
    startedAtMs: 0,
    downAtMs: null,
    startsAtMs: null,
    endsAtMs: null,
  }
  const open = await store.write(ledger => ledger.insert({ ...fields, resolvedAtMs: null }))
  await store.write(async ledger => {
    for (let count = 0; count < 1_005; count += 1) await ledger.insert({ ...fields, resolvedAtMs: 1 })
  })
  expect((await store.unresolved()).map(({ id }) => id)).toEqual([open])
  expect(await store.past({ limit: 2_000 })).toHaveLength(999)
})
