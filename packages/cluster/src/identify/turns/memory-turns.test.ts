import { createManualClock } from '@shardlight/testing'
import { describe } from 'vitest'
import { turnsContract } from './identify-turns.contract.ts'
import { TURN_TIMES } from './identify-turns.ts'
import { createMemoryTurns } from './memory-turns.ts'

describe('turns in the manager', () => {
  turnsContract(async (quietMs = 0) => {
    const clock = createManualClock()
    const times = TURN_TIMES
    const turns = createMemoryTurns({ quietMs: async () => quietMs, times, clock })
    return {
      turns,
      times,
      nowMs: clock.nowMs,
      // Time passes in steps as large as the times are, and no slower for it.
      pass: ms => clock.advance(ms === 20 ? 50 : ms),
      [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
    }
  })
})
