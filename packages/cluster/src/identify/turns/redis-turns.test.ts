import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRedis } from '@shardlight/embedded'
import { createLog, monotonicClock } from '@shardlight/service'
import { eventually, redisIsMissing, redisUrl } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { turnsContract } from './identify-turns.contract.ts'
import { openRedisTurns } from './redis-turns.ts'

const times = { windowMs: 600, guardMs: 20, holdMs: 800 }

describe.skipIf(redisIsMissing())('turns in Redis', () => {
  const open = ({
    application = randomUUID() as string,
    url = redisUrl(),
    quietMs = async () => 0,
  }: {
    application?: string
    url?: string
    quietMs?: () => Promise<number>
  } = {}) =>
    openRedisTurns({
      url,
      application,
      quietMs,
      times,
      clock: monotonicClock,
      log: createLog({ name: 'test', level: 'silent' }),
    })

  turnsContract(async (quietMs = 0) => {
    const turns = await open({ quietMs: async () => quietMs })
    return {
      turns,
      times,
      nowMs: () => performance.now(),
      pass: ms => sleep(ms),
      [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
    }
  })

  it('keeps one line for several managers, in the order in which they asked', async () => {
    const application = randomUUID()
    await using first = await open({ application })
    await using second = await open({ application })
    await using third = await open({ application })
    const order: { name: string; atMs: number }[] = []
    for (const [at, turns] of [first, second, third, second, first].entries()) {
      const turn = turns.take(3)
      void turn.mine.then(() => {
        order.push({ name: `${at}`, atMs: performance.now() })
        turn.sent()
      })
      await sleep(40)
    }
    await eventually('all had their turn', () => order.length === 5)
    expect(order.map(one => one.name).join('')).toBe('01234')
    for (const [at, { atMs }] of order.entries()) {
      const before = order[at - 1]
      if (before) expect(atMs - before.atMs).toBeGreaterThanOrEqual(times.windowMs)
    }
  })

  it('is not held up by a manager that died in the line, or in its turn', async () => {
    const application = randomUUID()
    await using survivor = await open({ application })
    const dead = await open({ application })
    await dead.take(0).mine
    void dead.take(0)
    await sleep(100)
    const turn = survivor.take(0)
    await dead[Symbol.asyncDispose]()
    await eventually('the survivor has its turn', () => turn.mine.then(() => true))
  })

  it('gives no turn while Redis is away, says so, and goes on by itself a window after it is back', async () => {
    const server = await startRedis()
    if (!server) throw new Error('Redis was there a moment ago')
    const quiet = 900
    await using turns = await open({ url: server.url, quietMs: async () => quiet })
    const before = turns.take(0)
    await before.mine
    before.sent()

    await server[Symbol.asyncDispose]()
    let isMine = false
    const after = turns.take(0)
    void after.mine.then(() => {
      isMine = true
    })
    await eventually('it says that Redis is away', () => turns.trouble()?.includes('Redis'))
    expect(isMine).toBe(false)

    const backMs = performance.now()
    await using _back = await startRedis({ port: server.port })
    await eventually('the turn comes', () => isMine)
    expect(performance.now() - backMs).toBeGreaterThanOrEqual(quiet)
    expect(turns.trouble()).toBeNull()
  })

  it('waits when it cannot be known when the bot last identified', async () => {
    let isKnown = false
    await using turns = await open({
      async quietMs() {
        if (!isKnown) throw new Error('the database is away')
        return 0
      },
    })
    const turn = turns.take(0)
    await eventually('it says so', () => turns.trouble()?.includes('last logged in'))
    isKnown = true
    await turn.mine
    expect(turns.trouble()).toBeNull()
  })
})
