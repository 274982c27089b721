import { createLog } from '@shardlight/service'
import { eventually, startMortalPostgres, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { historyMigration } from './history/open-history.ts'
import { noRecords, openRecords, RecordsAwayError } from './records.ts'

const log = createLog({ name: 'test', level: 'silent' })
const migrations = [historyMigration]
const PATIENCE = { withinMs: 60_000 }

describe('records', { timeout: 120_000 }, () => {
  it('are there, with their tables, where PostgreSQL is', async () => {
    await using scratch = await testDatabase()
    await using records = await openRecords({ url: scratch.url, migrations, log })
    expect(records.areKept).toBe(true)
    expect(records.problem()).toBeUndefined()
    expect(await records.use(db => db.query('SELECT count(*)::int AS days FROM history_days'))).toEqual([
      { days: 0 },
    ])
  })

  it('tell a statement that is refused from a database that is away', async () => {
    await using scratch = await testDatabase()
    await using records = await openRecords({ url: scratch.url, migrations, log })
    const refused = records.use(db => db.query('SELECT nonsense'))
    await expect(refused).rejects.toThrow(/nonsense/)
    await expect(refused).rejects.not.toBeInstanceOf(RecordsAwayError)
    expect(records.problem()).toBeUndefined()
  })

  it('refuse at once while PostgreSQL is away, and are there again when it is back', async () => {
    await using postgres = await startMortalPostgres()
    await using records = await openRecords({ url: postgres.url, migrations, log, checkIntervalMs: 100 })
    await postgres.kill()
    await eventually('it is noticed', () => records.problem() !== undefined, PATIENCE)
    let wasCalled = false
    const use = records.use(async () => {
      wasCalled = true
    })
    await expect(use).rejects.toBeInstanceOf(RecordsAwayError)
    expect(wasCalled).toBe(false)
    await postgres.start()
    await eventually('it is back', () => records.problem() === undefined, PATIENCE)
    expect(await records.use(db => db.query('SELECT 1 AS one'))).toEqual([{ one: 1 }])
  })

  it('are not kept where no database is configured, and say so', async () => {
    await using records = noRecords()
    expect(records.areKept).toBe(false)
    expect(records.problem()).toContain('DATABASE_URL')
    await expect(records.use(async () => 1)).rejects.toBeInstanceOf(RecordsAwayError)
  })
})
