import { expect, it } from 'vitest'
import type { IdentifyTurns, Turn, TurnTimes } from './identify-turns.ts'

export type TurnsHarness = AsyncDisposable & {
  turns: IdentifyTurns
  times: TurnTimes
  nowMs(): number
  /** Lets that much time pass. */
  pass(ms: number): Promise<void>
}

/** What everything that gives turns promises. */
export function turnsContract(open: (quietMs?: number) => Promise<TurnsHarness>): void {
  async function setUp(quietMs?: number) {
    await using opened = new AsyncDisposableStack()
    const harness = opened.use(await open(quietMs))
    const begunMs = harness.nowMs()
    const log: { name: string; atMs: number }[] = []
    const take = (name: string, bucket = 0): Turn => {
      const turn = harness.turns.take(bucket)
      void turn.mine.then(() => log.push({ name, atMs: harness.nowMs() - begunMs }))
      return turn
    }
    const names = () => log.map(one => one.name).join('')
    const until = async (wanted: string) => {
      for (let tries = 0; names() !== wanted && tries < 400; tries += 1) await harness.pass(20)
      expect(names()).toBe(wanted)
      return log.at(-1)?.atMs ?? 0
    }
    const stack = opened.move()
    return { ...harness, log, take, names, until, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  }

  it('gives turns in order, spaced from the moment of sending', async () => {
    await using line = await setUp()
    const { windowMs, guardMs } = line.times
    const [a, b] = [line.take('a'), line.take('b'), line.take('c')]
    await line.until('a')
    await line.pass(line.times.holdMs / 2)
    const sentMs = line.nowMs()
    a?.sent()
    await line.until('ab')
    expect(line.nowMs() - sentMs).toBeGreaterThanOrEqual(windowMs + guardMs)
    const againMs = line.nowMs()
    b?.sent()
    await line.until('abc')
    expect(line.nowMs() - againMs).toBeGreaterThanOrEqual(windowMs + guardMs)
  })

  it('lets sixteen buckets go at once', async () => {
    await using line = await setUp()
    for (let bucket = 0; bucket < 16; bucket += 1) line.take('x', bucket)
    expect(await line.until('x'.repeat(16))).toBeLessThan(line.times.windowMs)
  })

  it('goes on at once when a turn is given back unused', async () => {
    await using line = await setUp()
    const a = line.take('a')
    await line.until('a')
    line.take('b')
    a.giveBack()
    const fromMs = line.nowMs()
    await line.until('ab')
    expect(line.nowMs() - fromMs).toBeLessThan(line.times.windowMs)
  })

  it('forgets a place that was left', async () => {
    await using line = await setUp()
    const a = line.take('a')
    const b = line.take('b')
    line.take('c')
    b.giveBack()
    await line.until('a')
    a.sent()
    await line.until('ac')
  })

  it('counts a holder that says nothing as one that sent at the last moment', async () => {
    await using line = await setUp()
    const { windowMs, guardMs, holdMs } = line.times
    line.take('a')
    const fromMs = line.nowMs()
    line.take('b')
    await line.until('ab')
    expect(line.nowMs() - fromMs).toBeGreaterThanOrEqual(windowMs + guardMs + holdMs)
  })

  it('spaces also from one that sent when its turn was long over', async () => {
    await using line = await setUp()
    const { windowMs, guardMs } = line.times
    const late = line.take('a')
    const b = line.take('b')
    await line.until('ab')
    b.sent()
    await line.pass(windowMs / 2)
    const sentMs = line.nowMs()
    late.sent()
    line.take('c')
    await line.until('abc')
    expect(line.nowMs() - sentMs).toBeGreaterThanOrEqual(windowMs + guardMs)
  })

  it('is quiet first, because of one that was here before', async () => {
    const quietMs = 600
    await using line = await setUp(quietMs)
    line.take('a')
    expect(await line.until('a')).toBeGreaterThanOrEqual(quietMs - 30)
    expect(line.turns.trouble()).toBeNull()
  })
}
