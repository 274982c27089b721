import type { Database, Queryable } from '@shardlight/database'
import { type Clock, type Log, reasonOf } from '@shardlight/service'
import { assertOwner } from './assert-owner.ts'
import { openLeaseStore } from './lease-store.ts'

const LEASE_MS = 8_000
/** Three renewals may fail before a lease runs out. */
const RENEW_PART = 0.3
const STANDBY_LOOK_MS = 1_000
const RETRY_MS = 500

export type OwnershipState =
  /** `reason` says whose the shards are, or what cannot be reached. */
  { state: 'standby'; reason: string } | { state: 'owner'; epoch: bigint } | { state: 'lost'; reason: string }

export type Acquired = {
  epoch: bigint
  /** Of the owner before this one, where one had all of the shards. */
  formerEpoch: bigint | null
}

export type Ownership = AsyncDisposable & {
  state(): OwnershipState
  /** Resolves when all shards are ours; rejects when it ends before that. */
  acquired: Promise<Acquired>
  /** Resolves with why, when they are no longer ours without our having given them up. */
  lost: Promise<string>
  /** Until when they are ours for certain, by the clock that was passed in; in the past while they are not. */
  validUntilMs(): number
  /** Within a transaction: until its end nobody else can own the shards. @throws {NotOwnerError} */
  assertOwner(tx: Queryable): Promise<void>
  /**
   * Owns these shards instead, under the same epoch.
   * @throws {ShardsTakenError} when another has some of them; then nothing has changed.
   */
  reassign(shards: readonly number[]): Promise<void>
}

/**
 * Owns a manager's shards by a lease, all or none, by the database's clock. While another has some of them it is a
 * standby, which takes over when that one's lease has run out or was given up. Once lost it stays lost: open another.
 * Disposing gives the shards up.
 */
export async function openOwnership({
  database,
  cluster,
  shards: firstShards,
  holder,
  leaseMs = LEASE_MS,
  clock,
  log,
}: {
  database: Database
  cluster: string
  shards: readonly number[]
  /** Whom people look for, such as `host:pid`. */
  holder: string
  leaseMs?: number
  clock: Clock
  log: Log
}): Promise<Ownership> {
  const store = await openLeaseStore({ database, cluster, holder, leaseMs })
  const stopping = new AbortController()
  const acquired = Promise.withResolvers<Acquired>()
  const lost = Promise.withResolvers<string>()
  acquired.promise.catch(() => {})
  let shards = firstShards
  let state: OwnershipState = { state: 'standby', reason: 'it has not asked yet' }
  let validUntilMs = 0
  let last: Promise<unknown> = Promise.resolve()

  const rest = (ms: number) => clock.sleepUntil(clock.nowMs() + ms, stopping.signal).catch(() => {})

  /** A renewal must not see half of a reassignment. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = last.then(run)
    last = turn.catch(() => {})
    return turn
  }

  const standBy = (reason: string) => {
    if (state.state !== 'standby' || state.reason !== reason) log.info({ cluster, shards, reason }, 'standby')
    state = { state: 'standby', reason }
  }

  async function acquire(): Promise<Acquired | undefined> {
    while (!stopping.signal.aborted) {
      // Counted from before the question, it never ends later than what the database has written.
      const untilMs = clock.nowMs() + leaseMs
      let restMs = STANDBY_LOOK_MS
      try {
        const taken = await store.take(shards)
        if (taken.epoch === null) {
          standBy(`${taken.owner} owns its shards`)
          restMs = Math.min(restMs, taken.freeInMs + 1)
        } else if (clock.nowMs() < untilMs) {
          validUntilMs = untilMs
          return { epoch: taken.epoch, formerEpoch: taken.formerEpoch }
        } else await store.release(taken.epoch)
      } catch (error) {
        standBy(`PostgreSQL does not say whose its shards are (${reasonOf(error)})`)
      }
      await rest(restMs)
    }
    return undefined
  }

  /** @returns why it is over, or undefined when it was given up */
  async function keep(epoch: bigint): Promise<string | undefined> {
    let trouble = 'this process stood still'
    for (let restMs = leaseMs * RENEW_PART; ; ) {
      await clock.sleepUntil(Math.min(clock.nowMs() + restMs, validUntilMs), stopping.signal).catch(() => {})
      if (stopping.signal.aborted) return undefined
      if (clock.nowMs() >= validUntilMs) return `the lease ran out: ${trouble}`
      const untilMs = clock.nowMs() + leaseMs
      try {
        const isRenewed = await answeredInTime(inTurn(() => store.renew(shards, epoch)))
        if (!isRenewed) {
          validUntilMs = 0
          return 'another manager has taken its shards over'
        }
        validUntilMs = untilMs
        restMs = leaseMs * RENEW_PART
      } catch (error) {
        trouble = `PostgreSQL did not renew it (${reasonOf(error)})`
        log.warn({ cluster, reason: reasonOf(error) }, 'the lease of the shards could not be renewed yet')
        restMs = Math.min(RETRY_MS, leaseMs * RENEW_PART)
      }
    }
  }

  async function answeredInTime<T>(asked: Promise<T>): Promise<T> {
    const done = new AbortController()
    const atMs = Math.min(clock.nowMs() + leaseMs * RENEW_PART, validUntilMs)
    const late = clock.sleepUntil(atMs, AbortSignal.any([done.signal, stopping.signal])).then(() => {
      throw new Error('no answer')
    })
    late.catch(() => {})
    try {
      return await Promise.race([asked, late])
    } finally {
      done.abort()
    }
  }

  async function own(): Promise<bigint | undefined> {
    const taken = await acquire()
    if (taken === undefined) return undefined
    const { epoch } = taken
    state = { state: 'owner', epoch }
    log.info({ cluster, shards, epoch: String(epoch) }, 'owns its shards')
    acquired.resolve(taken)
    const reason = await keep(epoch)
    if (reason === undefined) {
      validUntilMs = 0
      return epoch
    }
    state = { state: 'lost', reason }
    log.error({ cluster, shards, epoch: String(epoch), reason }, 'lost its shards')
    lost.resolve(reason)
    return epoch
  }
  const owned = own()

  const currentEpoch = (): bigint => {
    if (state.state === 'owner') return state.epoch
    throw new Error(`${holder} does not own its shards: ${state.reason}`)
  }

  return {
    state: () => state,
    acquired: acquired.promise,
    lost: lost.promise,
    validUntilMs: () => validUntilMs,
    assertOwner: async tx => assertOwner(tx, { cluster, shards, epoch: currentEpoch() }),
    reassign: next =>
      inTurn(async () => {
        const untilMs = clock.nowMs() + leaseMs
        await store.reassign(shards, next, currentEpoch())
        shards = next
        validUntilMs = Math.max(validUntilMs, untilMs)
      }),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      acquired.reject(
        new Error(`${holder} stopped before it owned shards ${shards.join(', ')} of ${cluster}`),
      )
      const epoch = await owned
      await last
      if (epoch === undefined) return
      await store.release(epoch).catch(error => {
        log.warn(
          { cluster, reason: reasonOf(error) },
          'the shards could not be given up; their lease runs out',
        )
      })
    },
  }
}
