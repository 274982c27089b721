import { expect, it } from 'vitest'
import { leftOf } from './identify-day.ts'
import type { IdentifyStore } from './identify-store.ts'

export type IdentifyStoreHarness = AsyncDisposable & {
  /** Gives half of what is left. */
  store: IdentifyStore
  /** Lets that much of the store's time pass. */
  pass(ms: number): Promise<void>
}

const HOUR_MS = 3_600_000
const thousand = { remaining: 1_000, total: 1_000, resetAfterMs: 20 * HOUR_MS }

/** What every record of logins promises. */
export function identifyStoreContract(open: () => Promise<IdentifyStoreHarness>): void {
  const spendAll = async ({ store }: IdentifyStoreHarness, tries: number, again = false) => {
    let granted = 0
    for (let attempt = 0; attempt < tries; attempt += 1) if ((await store.spend(again)).granted) granted += 1
    return granted
  }
  /** Each succeeds, so that failures hold nothing up. */
  const logIn = async (harness: IdentifyStoreHarness, times: number) => {
    let granted = 0
    for (let login = 0; login < times; login += 1) {
      granted += await spendAll(harness, 1)
      await harness.store.succeeded()
    }
    return granted
  }

  it('grants nothing before the first look, and half of what is left from then on', async () => {
    await using harness = await open()
    expect(await harness.store.read()).toBeUndefined()
    expect(await harness.store.spend(false)).toEqual({ granted: false, day: undefined })
    expect(await harness.store.look({ ...thousand, remaining: 41 })).toMatchObject({ allowed: 20, spent: 0 })
    expect(await logIn(harness, 25)).toBe(20)
  })

  it('keeps the allowance of a day however often somebody looks, and takes a new one the next day', async () => {
    await using harness = await open()
    await harness.store.look({ ...thousand, remaining: 20 })
    expect(await logIn(harness, 8)).toBe(8)
    await harness.pass(HOUR_MS)
    const later = await harness.store.look({ ...thousand, remaining: 12, resetAfterMs: 19 * HOUR_MS })
    expect(later).toMatchObject({ allowed: 10, spent: 8 })
    expect(await logIn(harness, 8)).toBe(2)

    await harness.pass(19 * HOUR_MS)
    expect(await logIn(harness, 1)).toBe(0)
    const next = await harness.store.look({ ...thousand, remaining: 20 })
    expect(next).toMatchObject({ allowed: 10, spent: 0 })
    expect(await logIn(harness, 20)).toBe(10)
  })

  it('takes no second share when its day is over a little before that of Discord', async () => {
    await using harness = await open()
    await harness.store.look({ ...thousand, remaining: 10 })
    expect(await logIn(harness, 5)).toBe(5)
    await harness.pass(20 * HOUR_MS)
    await harness.store.look({ ...thousand, remaining: 5, resetAfterMs: 20_000 })
    expect(await logIn(harness, 5)).toBe(0)
    await harness.pass(20_000)
    await harness.store.look({ ...thousand, remaining: 10, resetAfterMs: 24 * HOUR_MS })
    expect(await logIn(harness, 10)).toBe(5)
  })

  it('begins anew when Discord moved its day and no longer counts what was spent', async () => {
    await using harness = await open()
    await harness.store.look(thousand)
    await logIn(harness, 3)
    await harness.pass(HOUR_MS)
    const moved = { ...thousand, resetAfterMs: 24 * HOUR_MS }
    expect(await harness.store.look({ ...moved, remaining: 997 })).toMatchObject({ spent: 3, allowed: 500 })
    await harness.pass(HOUR_MS)
    expect(await harness.store.look(moved)).toMatchObject({ spent: 0, allowed: 500 })
  })

  it('never grants more than Discord says is left, when others use the same token', async () => {
    await using harness = await open()
    await harness.store.look({ ...thousand, remaining: 40 })
    await logIn(harness, 2)
    const day = await harness.store.look({ ...thousand, remaining: 3 })
    expect(leftOf(day)).toBe(3)
    expect(await logIn(harness, 9)).toBe(3)
    await harness.store.look({ ...thousand, remaining: 2 })
    expect(await logIn(harness, 9)).toBe(2)
  })

  it('lets 35 of a thousand go before the first success, then one at a time, ever more slowly', async () => {
    await using harness = await open()
    await harness.store.look(thousand)
    expect(await spendAll(harness, 60)).toBe(35)
    await harness.pass(15_000)
    expect(await spendAll(harness, 2)).toBe(0)
    await harness.pass(15_000)
    expect(await spendAll(harness, 2)).toBe(1)
    await harness.pass(31_000)
    expect(await spendAll(harness, 2)).toBe(0)
    await harness.pass(29_000)
    expect(await spendAll(harness, 2)).toBe(1)
  })

  it('lets a shard that failed try one at a time while others go on', async () => {
    await using harness = await open()
    await harness.store.look(thousand)
    expect(await spendAll(harness, 4)).toBe(4)
    await harness.store.failed()
    expect(await spendAll(harness, 4, true)).toBe(1)
    expect(await spendAll(harness, 4)).toBe(4)
  })

  it('opens at once for all when one has succeeded', async () => {
    await using harness = await open()
    await harness.store.look(thousand)
    await spendAll(harness, 60)
    await harness.store.failed()
    expect(await harness.store.succeeded()).toMatchObject({
      unproven: 0,
      failed: 0,
      probes: 0,
      probedAtMs: null,
    })
    expect(await spendAll(harness, 20, true)).toBe(20)
  })

  it('knows when it gave the last permit', async () => {
    await using harness = await open()
    await harness.store.look(thousand)
    await harness.store.spend(false)
    await harness.pass(4_000)
    const day = await harness.store.read()
    expect((day?.nowMs ?? 0) - (day?.spentAtMs ?? 0)).toBeGreaterThanOrEqual(4_000)
    expect((day?.nowMs ?? 0) - (day?.spentAtMs ?? 0)).toBeLessThan(30_000)
  })
}
