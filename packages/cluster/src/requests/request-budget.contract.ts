import { expect, it } from 'vitest'
import { type RequestBudget, type RequestOutcome, TooManyInvalidRequestsError } from './request-budget.ts'
import { LIMITS, type Limits } from './slots.ts'

export type BudgetHarness = AsyncDisposable & {
  budget: RequestBudget
  nowMs(): number
  /** Lets that much time pass. */
  pass(forMs: number): Promise<void>
}

/** A fifth of Discord's times, so that real seconds need not pass. */
export const QUICK: Limits = {
  ...LIMITS,
  windowMs: 210,
  arrivalMs: 200,
  backgroundEveryMs: 2,
  invalidMost: 20,
  invalidWindowMs: 2_000,
}

let ids = 0
const nextId = () => `request-${process.pid}-${++ids}`

const ROUTE = 'POST /channels/1/messages'

/** Sends at once what it was let, and reports what `answer` says. */
export function createSender({ budget, nowMs }: Pick<BudgetHarness, 'budget' | 'nowMs'>) {
  const sent: { name: string; atMs: number }[] = []
  const refused: unknown[] = []
  return {
    sent,
    refused,
    names: () => sent.map(({ name }) => name),
    async send(
      name: string,
      {
        importance = 'answer',
        guild = name,
        route = ROUTE,
        signal,
        status = 200,
        told = {},
      }: {
        importance?: 'answer' | 'background'
        guild?: string
        route?: string
        signal?: AbortSignal
        status?: number
        told?: Pick<RequestOutcome, 'scope' | 'retryAfterMs'>
      } = {},
    ): Promise<void> {
      const id = nextId()
      try {
        await budget.take({ id, route, importance, fairnessKey: guild }, signal)
      } catch (error) {
        refused.push(error)
        return
      }
      sent.push({ name, atMs: nowMs() })
      budget.report({ id, route, status, ...told })
    },
  }
}

/** Lets time pass until it is so. */
export async function until({ pass }: Pick<BudgetHarness, 'pass'>, isSo: () => boolean): Promise<void> {
  for (let step = 0; step < 2_000; step += 1) {
    if (isSo()) return
    await pass(5)
  }
  throw new Error(`waited in vain: ${isSo}`)
}

/** The most that came within any `windowMs`. */
export function mostWithin(atMs: number[], windowMs: number): number {
  const sorted = atMs.toSorted((a, b) => a - b)
  return Math.max(
    0,
    ...sorted.map((endMs, at) => sorted.slice(0, at + 1).filter(one => one > endMs - windowMs).length),
  )
}

/** What every request budget promises, with the limits of `QUICK`. */
export function requestBudgetContract(open: () => Promise<BudgetHarness>): void {
  it('lets no more than 48 go within a second, and the others as soon as places are free', async () => {
    await using harness = await open()
    const { sent, send, names } = createSender(harness)
    for (let n = 0; n < 120; n += 1) void send(`${n}`)
    await until(harness, () => sent.length === 120)
    const atMs = sent.map(one => one.atMs)
    expect(mostWithin(atMs, 200)).toBeLessThanOrEqual(48)
    expect(names()).toEqual(Array.from({ length: 120 }, (_, n) => `${n}`))
    expect(harness.budget.view().waiting).toEqual({ answer: 0, background: 0 })
  })

  it('holds the place of a request whose outcome is not known until it must have arrived', async () => {
    await using harness = await open()
    const { budget } = harness
    const startedMs = harness.nowMs()
    const take = () => budget.take({ id: nextId(), route: ROUTE, importance: 'answer', fairnessKey: 'a' })
    await Promise.all(Array.from({ length: 48 }, take))
    const waited = take().then(() => harness.nowMs() - startedMs)
    let waitedMs: number | undefined
    void waited.then(ms => {
      waitedMs = ms
    })
    await until(harness, () => waitedMs !== undefined)
    expect(waitedMs).toBeGreaterThanOrEqual(405)
  })

  it('lets answers go before all background requests, which never take the last places', async () => {
    await using harness = await open()
    const { sent, send, names } = createSender(harness)
    for (let n = 0; n < 200; n += 1) void send(`${n}`, { importance: 'background', guild: 'a' })
    const used: number[] = []
    await until(harness, () => used.push(harness.budget.view().usedLastSecond) > 0 && sent.length >= 60)
    expect(Math.max(...used)).toBeLessThanOrEqual(44)
    const before = sent.length
    for (let n = 0; n < 4; n += 1) void send('answer')
    await until(harness, () => sent.length >= before + 6)
    // One may have been on its way to its turn.
    expect(names().lastIndexOf('answer')).toBeLessThanOrEqual(before + 4)
    const others = names().filter(name => name !== 'answer')
    expect(others).toEqual(others.map((_, n) => `${n}`))
  })

  it('lets guilds take turns, each in order, however many requests one of them has', async () => {
    await using harness = await open()
    const { sent, send, names } = createSender(harness)
    for (let n = 0; n < 50; n += 1) void send(`large ${n}`, { importance: 'background', guild: 'large' })
    for (let n = 0; n < 3; n += 1) void send(`small ${n}`, { importance: 'background', guild: 'small' })
    await until(harness, () => sent.length >= 10)
    expect(names().filter(name => name.startsWith('small'))).toEqual(['small 0', 'small 1', 'small 2'])
    expect(names().indexOf('small 2')).toBeLessThanOrEqual(7)
  })

  it('leaves background requests a tenth when answers never end', async () => {
    await using harness = await open()
    const { sent, send, names } = createSender(harness)
    for (let n = 0; n < 300; n += 1) void send('answer')
    for (let n = 0; n < 300; n += 1) void send('background', { importance: 'background' })
    await until(harness, () => sent.length >= 150)
    const share = names().filter(name => name === 'background').length / sent.length
    expect(share).toBeGreaterThan(0.07)
    expect(share).toBeLessThan(0.13)
  })

  it('stops everything for a 429 of the whole bot', async () => {
    await using harness = await open()
    const { sent, send } = createSender(harness)
    await send('refused', { status: 429, told: { scope: 'global', retryAfterMs: 600 } })
    await until(harness, () => harness.budget.view().stoppedForMs !== null)
    void send('later', { route: 'GET /guilds/2/members/:id' })
    await until(harness, () => sent.length === 2)
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(595)
    expect(harness.budget.view().stoppedForMs).toBeNull()
  })

  it.each(['user', 'shared'] as const)('stops only the route for a 429 of scope "%s"', async scope => {
    await using harness = await open()
    const { sent, send, names } = createSender(harness)
    await send('refused', { status: 429, told: { scope, retryAfterMs: 1_000 } })
    await until(harness, () => harness.budget.view().blockedRoutes.length > 0)
    const { blockedRoutes, invalidInWindow } = harness.budget.view()
    expect(blockedRoutes).toEqual([{ route: ROUTE, forMs: expect.any(Number) }])
    expect(invalidInWindow).toBe(scope === 'user' ? 1 : 0)
    for (let n = 0; n < 60; n += 1) void send('blocked', { importance: n % 2 ? 'answer' : 'background' })
    void send('answer', { route: 'POST /channels/2/messages' })
    void send('background', { route: 'POST /channels/2/messages', importance: 'background' })
    await until(harness, () => sent.length === 63)
    expect(names().slice(0, 3)).toEqual(['refused', 'answer', 'background'])
    expect((sent[3]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(995)
    expect(harness.budget.view().blockedRoutes).toEqual([])
  })

  it('refuses everything after too many invalid answers, and says how many and how long', async () => {
    await using harness = await open()
    const { sent, refused, send } = createSender(harness)
    for (let n = 0; n < 15; n += 1) await send('forbidden', { status: 403 })
    for (let n = 0; n < 5; n += 1) await send('unauthorized', { status: 401 })
    await until(harness, () => harness.budget.view().breakerOpenForMs !== null)
    await send('new')
    expect(refused.at(-1)).toBeInstanceOf(TooManyInvalidRequestsError)
    expect(String(refused.at(-1))).toMatch(/no request leaves for \d s: .*5 × 401, 15 × 403/)
    expect(harness.budget.view().invalidInWindow).toBe(20)
    const before = sent.length
    await until(harness, () => harness.budget.view().breakerOpenForMs === null)
    await send('again')
    expect(sent).toHaveLength(before + 1)
    expect((sent[before]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(QUICK.invalidWindowMs - 5)
  })

  it('refuses what waits already when there are too many invalid answers', async () => {
    await using harness = await open()
    const { refused, send } = createSender(harness)
    await send('refused', { status: 429, told: { scope: 'user', retryAfterMs: 60_000 } })
    await until(harness, () => harness.budget.view().blockedRoutes.length > 0)
    void send('waiting', { importance: 'background' })
    for (let n = 0; n < 19; n += 1) await send('forbidden', { status: 403, route: 'GET /users/@me' })
    await until(harness, () => refused.length > 0)
    expect(refused[0]).toBeInstanceOf(TooManyInvalidRequestsError)
  })

  it('gives the place in the line back when the signal aborts', async () => {
    await using harness = await open()
    const { sent, refused, send, names } = createSender(harness)
    for (let n = 0; n < 60; n += 1) void send('first')
    const abort = new AbortController()
    void send('given up', { signal: abort.signal })
    void send('waits')
    abort.abort(new Error('not wanted any more'))
    await until(harness, () => sent.length === 61)
    expect(refused).toEqual([new Error('not wanted any more')])
    expect(names()).not.toContain('given up')
    await send('too late', { signal: abort.signal })
    expect(refused).toHaveLength(2)
  })

  it('refuses what waits when it is closed', async () => {
    const harness = await open()
    const { refused, send, sent } = createSender(harness)
    for (let n = 0; n < 200; n += 1) void send('one')
    await until(harness, () => sent.length > 0)
    await harness[Symbol.asyncDispose]()
    await send('late')
    expect(sent.length + refused.length).toBe(201)
    expect(String(refused[0])).toContain('the request budget is closed')
  })
}
