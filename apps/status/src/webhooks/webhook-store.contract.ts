import { expect, it } from 'vitest'
import { composeMessage } from './compose-message.ts'
import { AT_MS, exampleIncident, exampleUpdate } from './example-incident.ts'
import { beginning, type Claim, type WebhookStore } from './webhook-store.ts'

export type StoreHarness = AsyncDisposable & {
  store: WebhookStore
  /** Lets the time pass after which a claim that nobody settled ends. */
  passLease(): Promise<void>
}

const update = { incident: exampleIncident(), update: exampleUpdate() }
const message = composeMessage([update], { id: 'msg_1', upTo: 9, nowMs: AT_MS })

/** What every store promises of the progress of targets. */
export function webhookStoreContract(open: () => Promise<StoreHarness>): void {
  async function openEnrolled() {
    const harness = await open()
    const { store } = harness
    await store.enrol({ name: 'ops', addressDigest: 'a', cursor: 4 })
    async function claim(): Promise<Claim> {
      const claimed = await store.claim('ops')
      if (!claimed) throw new Error('it is somebody else’s')
      return claimed
    }
    return { ...harness, claim, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() }
  }

  it('begins a new target behind what has happened, and one that is known where it stood', async () => {
    await using test = await openEnrolled()
    expect(await test.store.read('ops')).toEqual(beginning(4))
    await test.store.settle(await test.claim(), beginning(7))
    await test.store.enrol({ name: 'ops', addressDigest: 'a', cursor: 99 })
    expect(await test.store.read('ops')).toEqual(beginning(7))
    expect(await test.store.read('nobody')).toBeUndefined()
    expect(await test.store.claim('nobody')).toBeUndefined()
  })

  it('keeps what is to be sent as it is, with all else of the progress', async () => {
    await using test = await openEnrolled()
    const progress = { cursor: 5, isGrouping: true, message, attempts: 3, following: [7, 8], disabled: null }
    expect(await test.store.settle(await test.claim(), progress)).toBe(true)
    expect(await test.store.read('ops')).toEqual(progress)
    expect((await test.claim()).progress).toEqual(progress)
  })

  it('gives a target to one at a time, and to the next when it was settled', async () => {
    await using test = await openEnrolled()
    const claims = await Promise.all(Array.from({ length: 5 }, () => test.store.claim('ops')))
    const [first, ...others] = claims.filter(claim => claim !== undefined)
    expect(others).toEqual([])
    if (!first) throw new Error('nobody had it')
    expect(await test.store.settle(first, beginning(5), { keepsClaim: true })).toBe(true)
    expect(await test.store.claim('ops')).toBeUndefined()
    expect(await test.store.settle(first, beginning(6))).toBe(true)
    expect((await test.claim()).progress).toEqual(beginning(6))
  })

  it('does not give it out before it is due', async () => {
    await using test = await openEnrolled()
    await test.store.settle(await test.claim(), beginning(5), { dueInMs: 3_600_000 })
    expect(await test.store.claim('ops')).toBeUndefined()
  })

  it('takes it from who died, and lets who woke up too late change nothing', async () => {
    await using test = await openEnrolled()
    const late = await test.claim()
    await test.passLease()
    const next = await test.claim()
    expect(await test.store.settle(late, beginning(6))).toBe(false)
    expect(await test.store.settle(next, beginning(5))).toBe(true)
    expect(await test.store.read('ops')).toEqual(beginning(5))
  })

  it('lets what was sent be written down late, as long as nobody else has claimed the target since', async () => {
    await using test = await openEnrolled()
    const late = await test.claim()
    await test.passLease()
    expect(await test.store.settle(late, beginning(6))).toBe(true)
  })

  it('gives out no target that is disabled, until it has another address', async () => {
    await using test = await openEnrolled()
    const disabled = { ...beginning(5), message, attempts: 2, disabled: 'it answered 404' }
    await test.store.settle(await test.claim(), disabled, { dueInMs: 3_600_000 })
    await test.store.enrol({ name: 'ops', addressDigest: 'a', cursor: 99 })
    expect(await test.store.claim('ops')).toBeUndefined()
    await test.store.enrol({ name: 'ops', addressDigest: 'b', cursor: 99 })
    expect((await test.claim()).progress).toEqual({ ...beginning(5), message })
  })

  it('keeps targets apart', async () => {
    await using test = await openEnrolled()
    await test.store.enrol({ name: 'alerts', addressDigest: 'a', cursor: 4 })
    await test.store.settle(await test.claim(), beginning(9))
    expect(await test.store.read('alerts')).toEqual(beginning(4))
  })
}
