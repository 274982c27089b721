import { describe } from 'vitest'
import { NOTICE_TIMEOUTS, registryContract } from '../registry.contract.ts'
import { createMemoryRegistry } from './memory-registry.ts'

describe('the registry in memory', () => {
  registryContract(async () => {
    const healthTimeoutMs = 30_000
    let nowMs = 1_700_000_000_000
    const registry = createMemoryRegistry({
      healthTimeoutMs,
      noticeLifetimeMs: NOTICE_TIMEOUTS * healthTimeoutMs,
      nowMs: () => nowMs,
    })
    return {
      registry,
      async passTimeouts(count) {
        nowMs += count * healthTimeoutMs
      },
      [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
    }
  })
})
