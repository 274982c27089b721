import { createManualClock } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { createIdentifyBroker, type Permit } from './identify-broker.ts'

function setUp({ maxConcurrency = 1, identifiesLeft = 1_000 } = {}) {
  const clock = createManualClock()
  const broker = createIdentifyBroker({ maxConcurrency, identifiesLeft, resetAfterMs: 3_600_000, clock })
  const grants: { shardId: number; atMs: number }[] = []
  const ask = (shardId: number): Permit => {
    const permit = broker.request(shardId)
    void permit.granted.then(() => grants.push({ shardId, atMs: clock.nowMs() }))
    return permit
  }
  return { clock, broker, grants, ask }
}

describe('the identify broker', () => {
  it('spaces a bucket by five seconds from the moment of sending, in order', async () => {
    const { clock, grants, ask } = setUp()
    const permits = [ask(0), ask(1), ask(2)]
    await clock.advance(3_000)
    permits[0]?.sent()
    await clock.advance(5_000)
    expect(grants.map(grant => grant.shardId)).toEqual([0])
    await clock.advance(250)
    permits[1]?.sent()
    await clock.advance(5_250)
    expect(grants).toEqual([
      { shardId: 0, atMs: 0 },
      { shardId: 1, atMs: 8_250 },
      { shardId: 2, atMs: 13_500 },
    ])
  })

  it('lets sixteen buckets go at once', async () => {
    const { clock, grants, ask } = setUp({ maxConcurrency: 16 })
    for (let shardId = 0; shardId < 16; shardId += 1) ask(shardId)
    await clock.advance(0)
    expect(grants).toHaveLength(16)
  })

  it('counts a permit whose holder died as sent', async () => {
    const { clock, grants, ask } = setUp()
    ask(0).release()
    ask(1)
    await clock.advance(5_249)
    expect(grants).toHaveLength(1)
    await clock.advance(1)
    expect(grants).toHaveLength(2)
  })

  it('forgets one that was given back before its turn', async () => {
    const { clock, grants, ask } = setUp()
    const first = ask(0)
    ask(1).release()
    ask(2)
    await clock.advance(0)
    first.sent()
    await clock.advance(6_000)
    expect(grants.map(grant => grant.shardId)).toEqual([0, 2])
  })

  it('goes on when a holder never says that it sent', async () => {
    const { clock, grants, ask } = setUp()
    ask(0)
    ask(1)
    await clock.advance(15_250)
    expect(grants).toHaveLength(2)
  })

  it('waits for the next day when the budget is spent', async () => {
    const { clock, broker, grants, ask } = setUp({ maxConcurrency: 4, identifiesLeft: 2 })
    for (const shardId of [0, 1, 2]) ask(shardId).sent()
    await clock.advance(3_599_999)
    expect(grants).toHaveLength(2)
    expect(broker.left()).toBe(0)
    await clock.advance(1)
    expect(grants).toHaveLength(3)
    expect(broker.left()).toBe(1)
  })
})
