import { createManualClock } from '@shardlight/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemorySlots } from './memory-slots.ts'
import { createSender, mostWithin, QUICK, requestBudgetContract } from './request-budget.contract.ts'
import { LIMITS } from './slots.ts'
import { startRequestBudget } from './start-request-budget.ts'

describe('the request budget in memory', () => {
  const start = (limits = QUICK, mostWaiting = 10_000) => {
    const clock = createManualClock()
    const budget = startRequestBudget({ slots: createMemorySlots({ clock, limits }), clock, mostWaiting })
    return {
      clock,
      budget,
      nowMs: clock.nowMs,
      async pass(forMs: number) {
        await clock.advance(forMs)
        await clock.advance(0)
      },
      [Symbol.asyncDispose]: () => budget[Symbol.asyncDispose](),
    }
  }

  requestBudgetContract(async () => start())

  it('lets no more than 48 reach Discord in any second, whatever is offered and however late it arrives', async () => {
    const request = fc.record({
      atMs: fc.integer({ min: 0, max: 2_500 }),
      guild: fc.integer({ min: 0, max: 20 }),
      isAnswer: fc.boolean(),
      wayMs: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 100 }) },
        fc.integer({ min: 0, max: 1_000 }),
      ),
      backMs: fc.integer({ min: 0, max: 400 }),
      isLost: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 150, maxLength: 400 }), async requests => {
        await using harness = start(LIMITS)
        const { clock, budget } = harness
        const arrivals: number[] = []
        const letGo = new Map<string, number[]>()
        const all = requests.map(async ({ atMs, guild, isAnswer, wayMs, backMs, isLost }, n) => {
          await clock.sleepUntil(atMs)
          const route = `POST /channels/${guild}/messages`
          const importance = isAnswer ? 'answer' : 'background'
          await budget.take({ id: `${n}`, route, importance, fairnessKey: `${guild}` })
          const queue = isAnswer ? 'answers' : `background of ${guild}`
          letGo.set(queue, [...(letGo.get(queue) ?? []), atMs])
          await clock.sleepUntil(clock.nowMs() + wayMs)
          arrivals.push(clock.nowMs())
          await clock.sleepUntil(clock.nowMs() + backMs)
          if (!isLost) budget.report({ id: `${n}`, route, status: 200 })
        })
        await clock.advance(60_000)
        await Promise.all(all)
        expect(mostWithin(arrivals, 1_000)).toBeLessThanOrEqual(48)
        for (const inOrder of letGo.values()) expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
      }),
      { numRuns: 15 },
    )
  })

  it('gives every guild that waits the same share, whatever the others have', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 200, max: 4_000 }), async (waitingOf, forMs) => {
        await using harness = start(LIMITS)
        const { send, names } = createSender(harness)
        for (const [guild, size] of waitingOf.entries())
          for (let n = 0; n < size; n += 1)
            void send(`${guild}`, { importance: 'background', route: `POST /channels/${n}/messages` })
        await harness.pass(forMs)
        const served = waitingOf.map((_, guild) => names().filter(name => name === `${guild}`).length)
        const least = Math.min(...served.filter((count, guild) => count < (waitingOf[guild] ?? 0)))
        expect(Math.max(...served)).toBeLessThanOrEqual(least + 1)
      }),
      { numRuns: 30 },
    )
  })

  it('lets an answer wait for a few milliseconds while 400 background requests a second are offered', async () => {
    await using harness = start(LIMITS)
    const { clock } = harness
    const { sent, send } = createSender(harness)
    const waits: number[] = []
    for (let tick = 0; tick < 1_000; tick += 1) {
      for (let n = 0; n < 4; n += 1)
        void send('background', { importance: 'background', guild: `${(tick * 4 + n) % 90}` })
      if (tick % 5 === 0) {
        const askedMs = clock.nowMs()
        void send('answer').then(() => waits.push(clock.nowMs() - askedMs))
      }
      await harness.pass(10)
    }
    const sorted = waits.toSorted((a, b) => a - b)
    expect(sorted).toHaveLength(200)
    expect(sorted[190]).toBeLessThan(40)
    expect(sent.length).toBeGreaterThan(400)
  })

  it('refuses background requests first when too many wait, and says how many do', async () => {
    await using harness = start(QUICK, 10)
    const { refused, send } = createSender(harness)
    for (let n = 0; n < 48; n += 1) await send('sent')
    for (let n = 0; n < 4; n += 1) void send('large', { importance: 'background', guild: 'large' })
    for (let n = 0; n < 2; n += 1) void send('small', { importance: 'background', guild: 'small' })
    for (let n = 0; n < 4; n += 1) void send('answer')
    await send('one too many', { importance: 'background' })
    expect(String(refused[0])).toContain('cannot wait: 4 answers and 6 background requests do already')
    for (let n = 0; n < 6; n += 1) void send('answer')
    expect(harness.budget.view().waiting).toEqual({ answer: 10, background: 0 })
    await send('one too many')
    await harness.pass(0)
    expect(refused).toHaveLength(8)
  })
})
