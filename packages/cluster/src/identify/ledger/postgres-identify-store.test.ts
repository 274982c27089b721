import { openDatabase } from '@shardlight/database'
import { testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { identifyStoreContract } from './identify-store.contract.ts'
import { openPostgresIdentifyStore } from './postgres-identify-store.ts'

const open = (url: string, application = 'bot') => openStore({ url, application, share: 0.5 })

async function openStore({ url, ...rest }: { url: string; application: string; share: number }) {
  const database = await openDatabase({ url, applicationName: 'test' })
  const store = await openPostgresIdentifyStore({ database, ...rest })
  return { database, store, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

describe('the record of logins in PostgreSQL', () => {
  identifyStoreContract(async () => {
    await using opened = new AsyncDisposableStack()
    const scratch = opened.use(await testDatabase())
    const { database, store } = opened.use(await open(scratch.url))
    const stack = opened.move()
    return {
      store,
      async pass(ms) {
        const earlier = ['resets_at', 'spent_at', 'seen_at', 'probed_at'].map(
          column => `${column} = ${column} - $1 * interval '1 millisecond'`,
        )
        await database.query(`UPDATE identify_days SET ${earlier.join()}`, [ms])
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  })

  const look = { remaining: 60, total: 1_000, resetAfterMs: 3_600_000 }

  it('never spends more than allowed when several managers spend together', async () => {
    await using scratch = await testDatabase()
    await using first = await open(scratch.url)
    await using second = await open(scratch.url)
    await Promise.all([first.store.look(look), second.store.look(look)])
    const logIn = async (store: typeof first.store) => {
      const { granted } = await store.spend(false)
      await store.succeeded()
      return granted
    }
    const all = await Promise.all(
      Array.from({ length: 80 }, (_, turn) => logIn(turn % 2 ? first.store : second.store)),
    )
    expect(all.filter(Boolean)).toHaveLength(30)
  })

  it('keeps what was spent over ten restarts', async () => {
    await using scratch = await testDatabase()
    for (let start = 0; start < 10; start += 1) {
      await using manager = await open(scratch.url)
      await manager.store.look({ ...look, remaining: look.remaining - 2 * start })
      await manager.store.spend(false)
      await manager.store.spend(false)
      await manager.store.succeeded()
    }
    await using last = await open(scratch.url)
    expect(await last.store.read()).toMatchObject({ allowed: 30, spent: 20 })
  })

  it('keeps one application from another', async () => {
    await using scratch = await testDatabase()
    await using first = await open(scratch.url)
    await using second = await open(scratch.url, 'another')
    await first.store.look(look)
    expect(await second.store.read()).toBeUndefined()
    expect(await second.store.look({ ...look, remaining: 10 })).toMatchObject({ allowed: 5 })
  })
})
