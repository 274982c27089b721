import { createManualClock } from '@shardlight/testing'
import { describe } from 'vitest'
import { createMemoryWebhookStore } from './memory-store.ts'
import { webhookStoreContract } from './webhook-store.contract.ts'
import { LEASE_MS } from './webhook-store.ts'

describe('the progress of webhooks in memory', () => {
  webhookStoreContract(async () => {
    const clock = createManualClock()
    return {
      store: createMemoryWebhookStore({ clock }),
      passLease: () => clock.advance(LEASE_MS),
      async [Symbol.asyncDispose]() {},
    }
  })
})
