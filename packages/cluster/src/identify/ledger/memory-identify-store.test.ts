import { describe } from 'vitest'
import { identifyStoreContract } from './identify-store.contract.ts'
import { createMemoryIdentifyStore } from './memory-identify-store.ts'

describe('the record of logins in memory', () => {
  identifyStoreContract(async () => {
    let nowMs = 1_700_000_000_000
    return {
      store: createMemoryIdentifyStore({ share: 0.5, wallMs: () => nowMs }),
      async pass(ms) {
        nowMs += ms
      },
      async [Symbol.asyncDispose]() {},
    }
  })
})
