import { openDatabase } from '@shardlight/database'
import { createLog, monotonicClock } from '@shardlight/service'
import { eventually, startMortalPostgres, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { startIdentifyLedger } from './identify-ledger.ts'
import { openPostgresIdentifyStore } from './postgres-identify-store.ts'

const thousand = { remaining: 1_000, total: 1_000, resetAfterMs: 3_600_000 }

async function openLedger(url: string, look: () => Promise<typeof thousand> = async () => thousand) {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ url, applicationName: 'test' }))
  const store = await openPostgresIdentifyStore({ database, application: 'bot', share: 0.5 })
  const ledger = opened.use(
    startIdentifyLedger({
      store,
      look,
      clock: monotonicClock,
      log: createLog({ name: 'test', level: 'silent' }),
    }),
  )
  const stack = opened.move()
  return { database, ledger, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const never = new AbortController().signal

describe('the ledger of logins', () => {
  it('spends nothing before the first look, and looks once for many managers', async () => {
    await using scratch = await testDatabase()
    let looks = 0
    const look = async () => {
      looks += 1
      return thousand
    }
    await using first = await openLedger(scratch.url, look)
    expect(first.ledger.refusal(false)).toEqual({ why: 'unknown' })
    expect(await first.ledger.spend(false)).toBe(false)
    await first.ledger.open(false, never)
    await using second = await openLedger(scratch.url, look)
    await second.ledger.open(false, never)
    expect(looks).toBe(1)
  })

  it('refuses while PostgreSQL is away, says so, and goes on by itself when it is back', async () => {
    await using postgres = await startMortalPostgres()
    await using opened = await openLedger(postgres.url)
    const { ledger } = opened
    await ledger.open(false, never)
    expect(await ledger.spend(false)).toBe(true)
    await postgres.stop()
    expect(await ledger.spend(false)).toBe(false)
    expect(ledger.refusal(false)).toMatchObject({ why: 'database' })
    await expect(ledger.quietMs()).rejects.toThrow()
    // Told once it is back.
    ledger.failed()
    await postgres.start()
    await ledger.open(false, never)
    expect(await ledger.spend(false)).toBe(true)
    expect(ledger.day()).toMatchObject({ spent: 2, failed: 1 })
    expect(await ledger.quietMs()).toBeGreaterThan(4_000)
  })

  it('does not wait for a database that hangs', async () => {
    await using scratch = await testDatabase()
    await using opened = await openLedger(scratch.url)
    const { ledger, database } = opened
    await ledger.open(false, never)
    const held = Promise.withResolvers<void>()
    const isHeld = Promise.withResolvers<void>()
    const holding = database.transaction(async tx => {
      await tx.query('SELECT FROM identify_days FOR UPDATE')
      isHeld.resolve()
      await held.promise
    })
    await isHeld.promise
    expect(await ledger.spend(false)).toBe(false)
    held.resolve()
    await holding
    await ledger.open(false, never)
    expect(await ledger.spend(false)).toBe(true)
    // The statement that hung may have been carried out: counted, though nobody was let through for it.
    expect(ledger.day()?.spent).toBeLessThanOrEqual(2)
  })

  it('shares failures among managers, and opens for all when one succeeds', async () => {
    await using scratch = await testDatabase()
    await using first = await openLedger(scratch.url)
    await using second = await openLedger(scratch.url)
    await Promise.all([first.ledger.open(false, never), second.ledger.open(false, never)])
    let granted = 0
    for (let tries = 0; tries < 60; tries += 1) {
      const { ledger } = tries % 2 ? first : second
      if (await ledger.spend(false)) granted += 1
    }
    expect(granted).toBe(35)
    expect(second.ledger.refusal(false)).toMatchObject({ why: 'failing' })
    first.ledger.succeeded()
    await first.ledger.open(false, never)
    await second.ledger.open(false, never)
  })

  it('never spends more than the share with another, and says that it is spent', async () => {
    await using scratch = await testDatabase()
    const look = async () => ({ ...thousand, remaining: 30 })
    await using first = await openLedger(scratch.url, look)
    await using second = await openLedger(scratch.url, look)
    await Promise.all([first.ledger.open(false, never), second.ledger.open(false, never)])
    const logIn = async ({ ledger }: typeof first) => {
      let granted = 0
      for (let tries = 0; tries < 20; tries += 1) {
        if (await ledger.spend(false)) granted += 1
        ledger.succeeded()
      }
      return granted
    }
    const [one, other] = await Promise.all([logIn(first), logIn(second)])
    expect(one + other).toBe(15)
    await eventually('both know', () =>
      [first, second].every(({ ledger }) => ledger.refusal(false)?.why === 'spent'),
    )
  })
})
