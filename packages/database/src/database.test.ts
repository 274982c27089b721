import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, testDatabase } from '@shardlight/testing'
import { describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

const open = (url: string) => openDatabase({ url, applicationName: 'test' })

describe('the database', () => {
  it('gives 64-bit ids exactly', async () => {
    await using scratch = await testDatabase()
    await using database = await open(scratch.url)
    expect(await database.query('SELECT 1161574221348863930::bigint AS id')).toEqual([
      { id: 1_161_574_221_348_863_930n },
    ])
  })

  it('undoes a transaction that throws', async () => {
    await using scratch = await testDatabase()
    await using database = await open(scratch.url)
    await database.query('CREATE TABLE notes (text text)')
    const failing = database.transaction(async tx => {
      await tx.query("INSERT INTO notes VALUES ('lost')")
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await database.query('SELECT * FROM notes')).toEqual([])
  })

  it('says where it looked when nothing answers, without the password', async () => {
    const failing = open('postgres://me:hunter2@127.0.0.1:1/things')
    await expect(failing).rejects.toThrow(
      /cannot reach PostgreSQL at 127\.0\.0\.1:1\/things .*check DATABASE_URL/,
    )
    await expect(failing).rejects.not.toThrow(/hunter2/)
  })
})

describe('migrations', () => {
  async function folder(files: Record<string, string>) {
    const directory = await mkdtemp(join(tmpdir(), 'migrations-'))
    for (const [name, sql] of Object.entries(files)) await writeFile(join(directory, name), sql)
    return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
  }

  it('run once when eight processes start together', async () => {
    await using scratch = await testDatabase()
    await using files = await folder({
      '001_things.sql': 'CREATE TABLE things (id int); INSERT INTO things VALUES (1);',
    })
    const ours = { name: 'things', directory: files.directory }
    const inOneProcess = async () => {
      await using database = await open(scratch.url)
      await migrate(database, ours)
    }
    await Promise.all(Array.from({ length: 8 }, inOneProcess))
    await using database = await open(scratch.url)
    expect(await database.query('SELECT * FROM things')).toEqual([{ id: 1 }])
  })

  it('let others use a table that somebody keeps them from changing, and change it when they can', async () => {
    await using scratch = await testDatabase()
    await using files = await folder({ '001_wider.sql': 'ALTER TABLE things ADD COLUMN wide int;' })
    await using database = await open(scratch.url)
    await database.query('CREATE TABLE things (id int)')
    let migrated: Promise<void> | undefined
    await database.transaction(async dump => {
      await dump.query('LOCK TABLE things IN ACCESS SHARE MODE')
      migrated = migrate(database, { name: 'things', directory: files.directory, lockTimeoutMs: 50 })
      const undone = `SELECT FROM pg_stat_activity WHERE query = 'ROLLBACK' AND datname = current_database()`
      await eventually('the migration gives way', async () => (await database.query(undone)).length > 0)
      await database.query('SELECT FROM things')
    })
    await migrated
    expect(await database.query('SELECT wide FROM things')).toEqual([])
  })

  it('name the feature when a file is wrong, and keep what came before', async () => {
    await using scratch = await testDatabase()
    await using files = await folder({
      '001_good.sql': 'CREATE TABLE good ();',
      '002_bad.sql': 'CREATE TABLEAU bad;',
    })
    await using database = await open(scratch.url)
    const failing = migrate(database, { name: 'art', directory: files.directory })
    await expect(failing).rejects.toThrow('the migrations of art failed')
    expect(await database.query("SELECT to_regclass('good') IS NOT NULL AS kept")).toEqual([{ kept: true }])
  })
})
