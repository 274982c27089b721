import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '@shardlight/database'
import { type Clock, createLog, monotonicClock } from '@shardlight/service'
import { createManualClock, eventually, startMortalPostgres, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { assertOwner, NotOwnerError } from './assert-owner.ts'
import { ShardsTakenError } from './lease-store.ts'
import { type Ownership, openOwnership } from './ownership.ts'

const log = createLog({ name: 'test', level: 'silent' })

async function setUp() {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  const database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  const stack = opened.move()
  const own = (
    holder: string,
    { shards = [0, 1], leaseMs = 10_000, clock = monotonicClock as Clock, cluster = 'main' } = {},
  ) => openOwnership({ database, cluster, shards, holder, leaseMs, clock, log })
  return { database, own, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** What it has taken stays taken, but it does nothing any more, as after a kill -9. */
const frozen = (): Clock => createManualClock()

const isOwner = (ownership: Ownership) => ownership.state().state === 'owner'

const write = (database: Database, ownership: Ownership) =>
  database.transaction(async tx => {
    await ownership.assertOwner(tx)
    await tx.query("INSERT INTO notes VALUES ('written')")
  })

describe('owning shards', () => {
  it('is for exactly one of two that ask together; the other stands by and says for whom', async () => {
    await using parts = await setUp()
    await using first = await parts.own('first')
    await using second = await parts.own('second')
    await Promise.race([first.acquired, second.acquired])
    const [owner, standby] = isOwner(first) ? [first, second] : [second, first]
    const name = owner === first ? 'first' : 'second'
    await eventually(
      'the other knows whose they are',
      () =>
        JSON.stringify(standby.state()) ===
        JSON.stringify({ state: 'standby', reason: `${name} owns its shards` }),
    )
    expect(standby.validUntilMs()).toBeLessThan(monotonicClock.nowMs())
    expect(owner.validUntilMs()).toBeGreaterThan(monotonicClock.nowMs())
    await expect(parts.database.transaction(tx => standby.assertOwner(tx))).rejects.toThrow('does not own')
  })

  it('passes on when the owner has died, under a higher epoch, no sooner than its lease runs out', async () => {
    await using parts = await setUp()
    const leaseMs = 1_500
    await using dead = await parts.own('dead', { leaseMs, clock: frozen() })
    const { epoch } = await dead.acquired
    const diedMs = performance.now()
    await using standby = await parts.own('standby', { leaseMs })
    const next = await standby.acquired
    expect(performance.now() - diedMs).toBeGreaterThanOrEqual(leaseMs - 200)
    expect(next.epoch).toBeGreaterThan(epoch)
  })

  it('passes on at once when it is given up', async () => {
    await using parts = await setUp()
    const first = await parts.own('first', { leaseMs: 600_000 })
    await first.acquired
    await using second = await parts.own('second', { leaseMs: 600_000 })
    await eventually('it stands by', () => JSON.stringify(second.state()).includes('first owns'))
    await first[Symbol.asyncDispose]()
    await second.acquired
  })

  it('refuses what a frozen owner writes after its time, and tells it why it lost', async () => {
    await using parts = await setUp()
    await parts.database.query('CREATE TABLE notes (text text)')
    const clock = createManualClock()
    await using old = await parts.own('old', { leaseMs: 1_000, clock })
    const { epoch } = await old.acquired
    await write(parts.database, old)
    await using next = await parts.own('next', { leaseMs: 60_000 })
    await next.acquired

    await expect(write(parts.database, old)).rejects.toThrow(NotOwnerError)
    await write(parts.database, next)
    const asShard = assertOwner(parts.database, { cluster: 'main', shards: [1], epoch })
    await expect(asShard).rejects.toThrow(`epoch ${epoch} does not own shards 1 of main any more`)
    expect(await parts.database.query('SELECT * FROM notes')).toHaveLength(2)

    await clock.advance(1_000)
    expect(await old.lost).toMatch(/the lease ran out|another manager/)
    expect(old.state().state).toBe('lost')
    expect(isOwner(next)).toBe(true)
  })

  it('hears from a refused renewal that another has taken over', async () => {
    await using parts = await setUp()
    const clock = createManualClock()
    await using old = await parts.own('old', { clock })
    await old.acquired
    await parts.database.query("UPDATE shard_leases SET lease_until = '-infinity' WHERE shard_id = 1")
    await using next = await parts.own('next', { shards: [1] })
    await next.acquired
    await clock.advance(3_000)
    expect(await old.lost).toBe('another manager has taken its shards over')
  })

  it('refuses a write whose lease has run out although nobody else has come', async () => {
    await using parts = await setUp()
    await using old = await parts.own('old', { leaseMs: 300, clock: frozen() })
    await old.acquired
    await sleep(350)
    await expect(parts.database.transaction(tx => old.assertOwner(tx))).rejects.toThrow(NotOwnerError)
  })

  it('lets a write that began in time end before the next owner comes, and renewals go on meanwhile', async () => {
    await using parts = await setUp()
    await using old = await parts.own('old', { leaseMs: 2_000 })
    await old.acquired
    const begun = Promise.withResolvers<void>()
    const mayEnd = Promise.withResolvers<void>()
    const writing = parts.database.transaction(async tx => {
      await old.assertOwner(tx)
      begun.resolve()
      await mayEnd.promise
    })
    await begun.promise
    await sleep(2_600)
    expect(isOwner(old)).toBe(true)
    const disposed = old[Symbol.asyncDispose]()
    await using next = await parts.own('next')
    await disposed
    await sleep(300)
    expect(isOwner(next)).toBe(false)
    mayEnd.resolve()
    await writing
    await next.acquired
  })

  it('keeps overlapping ranges apart, and lets disjoint ones and other clusters be', async () => {
    await using parts = await setUp()
    await using first = await parts.own('first', { shards: [0, 1, 2] })
    await first.acquired
    await using disjoint = await parts.own('disjoint', { shards: [3, 4] })
    await using elsewhere = await parts.own('elsewhere', { shards: [0, 1, 2], cluster: 'other' })
    await Promise.all([disjoint.acquired, elsewhere.acquired])
    await using overlapping = await parts.own('overlapping', { shards: [2, 5] })
    await eventually('it stands by', () => JSON.stringify(overlapping.state()).includes('first owns'))
    await using beside = await parts.own('beside', { shards: [5] })
    await beside.acquired
  })

  it('moves to another set of shards under the same epoch, or not at all', async () => {
    await using parts = await setUp()
    await using first = await parts.own('first', { shards: [0, 1] })
    const { epoch } = await first.acquired
    await using second = await parts.own('second', { shards: [8] })
    await second.acquired
    await expect(first.reassign([0, 1, 8])).rejects.toThrow(ShardsTakenError)
    await first.reassign([0, 1, 2, 3])
    await assertOwner(parts.database, { cluster: 'main', shards: [0, 1, 2, 3], epoch })
    await first.reassign([2, 3])
    await expect(assertOwner(parts.database, { cluster: 'main', shards: [0], epoch })).rejects.toThrow()
    await using third = await parts.own('third', { shards: [0, 1] })
    await third.acquired
    await parts.database.transaction(tx => first.assertOwner(tx))
    expect(first.state()).toEqual({ state: 'owner', epoch })
  })

  it('never counts longer than the database does', async () => {
    await using parts = await setUp()
    await using owner = await parts.own('owner', { leaseMs: 2_000 })
    await owner.acquired
    for (let look = 0; look < 20; look += 1) {
      const validUntilMs = owner.validUntilMs()
      const [row] = await parts.database.query<{ leftMs: number }>(
        'SELECT min(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::float8 AS "leftMs" FROM shard_leases',
      )
      // What is left here, a moment later, is less than what was left there.
      expect(validUntilMs - monotonicClock.nowMs()).toBeLessThanOrEqual(row?.leftMs ?? 0)
      await sleep(60)
    }
  })

  it('has one owner at a time while eight managers come and go', async () => {
    await using parts = await setUp()
    await parts.database.query('CREATE TABLE writes (at bigserial, epoch bigint)')
    const live = async (name: string) => {
      for (let life = 0; life < 3; life += 1) {
        // So short that some are lost on a busy machine: then what they write is refused.
        await using manager = await parts.own(name, { leaseMs: 500 })
        const { epoch } = await manager.acquired
        for (let write = 0; write < 5 && isOwner(manager); write += 1) {
          const writing = parts.database.transaction(async tx => {
            await manager.assertOwner(tx)
            await tx.query('INSERT INTO writes (epoch) VALUES ($1)', [epoch])
          })
          await writing.catch(error => {
            if (!/does not own/.test(String(error))) throw error
          })
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, at) => live(`manager ${at}`)))
    const writes = await parts.database.query<{ epoch: bigint }>('SELECT epoch FROM writes ORDER BY at')
    const epochs = writes.map(one => one.epoch)
    expect(new Set(epochs).size).toBeGreaterThan(8)
    expect(epochs).toEqual(epochs.toSorted((a, b) => Number(a - b)))
  })

  it('survives a restart of PostgreSQL that is over in time, and not one that is not', async () => {
    await using postgres = await startMortalPostgres()
    await using database = await openDatabase({ url: postgres.url, applicationName: 'test' })
    const open = (leaseMs: number, cluster: string) =>
      openOwnership({ database, cluster, shards: [0], holder: cluster, leaseMs, clock: monotonicClock, log })
    await using patient = await open(20_000, 'patient')
    await using hasty = await open(2_000, 'hasty')
    await Promise.all([patient.acquired, hasty.acquired])
    await postgres.stop()
    expect(await hasty.lost).toMatch(/the lease ran out: PostgreSQL did not renew it/)
    await postgres.start()
    const before = patient.validUntilMs()
    await eventually('it is renewed', () => patient.validUntilMs() > before)
    expect(isOwner(patient)).toBe(true)
  })
})
