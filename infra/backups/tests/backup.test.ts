import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { runProgram, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dump } from '../src/dump.ts'
import { migrationSets } from '../src/migration-folders.ts'
import { migrateTo, restore } from '../src/restore.ts'
import { readMigrations } from '../src/schema.ts'
import { verify } from '../src/verify.ts'
import { copyOf, migrateAll, migratedDatabase, onDatabase, rowsOf } from './databases.ts'
import { fill } from './fill.ts'

describe('a backup', { timeout: 120_000 }, () => {
  let source: AsyncDisposable & { url: string }
  /** Fresh, and filled with its dump. */
  let restored: AsyncDisposable & { url: string }
  let directory: string
  let file: string

  beforeAll(async () => {
    source = await migratedDatabase()
    await onDatabase(source.url, fill)
    directory = await mkdtemp(join(tmpdir(), 'shardlight-backup-'))
    file = join(directory, 'shardlight.dump')
    await dump({ url: source.url, file })
    restored = await testDatabase()
    expect((await restore({ url: restored.url, file })).leftOut).toEqual([])
  })
  afterAll(async () => {
    await restored[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
    await source[Symbol.asyncDispose]()
  })

  /** The dump with its text changed, as a file of its own. */
  async function changed(change: (text: string) => string): Promise<string> {
    const path = join(directory, 'changed.dump')
    await writeFile(path, gzipSync(change(gunzipSync(await readFile(file)).toString('utf8'))))
    return path
  }

  it('gives back every row of every table, in a fresh database', async () => {
    const [was, is] = [await rowsOf(source.url), await rowsOf(restored.url)]
    expect(Object.values(was).filter(rows => rows.length > 0).length).toBeGreaterThanOrEqual(14)
    expect(is).toEqual(was)
  })

  it('leaves the rules at work: triggers, and the migrations that have run', async () => {
    await onDatabase(restored.url, async client => {
      await expect(client.query("UPDATE events SET type = 'Other'")).rejects.toThrow('never changed')
      await expect(
        client.query("UPDATE votes SET tally = '{5,0}' WHERE outcome IS NOT NULL"),
      ).rejects.toThrow('has ended')
      const all = Object.fromEntries(migrationSets().map(({ name, files }) => [name, files]))
      expect(await readMigrations(client)).toEqual(all)
    })
  })

  it('gives no id again that something made after it may have', async () => {
    const nextOf = (url: string) =>
      onDatabase(url, async client => {
        const { rows } = await client.query<{ name: string; value: string }>(
          'SELECT sequencename AS name, nextval(quote_ident(sequencename)::regclass) AS value FROM pg_sequences WHERE schemaname = current_schema ORDER BY 1',
        )
        return rows
      })
    const [was, is] = [await nextOf(source.url), await nextOf(restored.url)]
    expect(was.map(({ name }) => name)).toEqual(is.map(({ name }) => name))
    for (const [index, { name, value }] of is.entries())
      expect(Number(value) - Number(was[index]?.value), name).toBeGreaterThanOrEqual(100_000)
  })

  it('keeps the changes that followers have yet to be told, and no others', async () => {
    await using target = await testDatabase()
    await using moving = await copyOf(source.url)
    await onDatabase(moving.url, async client => {
      await client.query('UPDATE wikipedia_follow_position SET stored_from = pg_current_xact_id()')
      await client.query(
        `INSERT INTO recent_changes (id, at, wiki, type, is_bot, is_minor, raw)
         VALUES ('untold', '2026-11-20Z', 'en.wikipedia.org', 'edit', false, false, '{}')`,
      )
      // As in another server, where transactions are further than here.
      await client.query(
        `UPDATE recent_changes SET stored_in = (stored_in::text::bigint + 1000000)::text::xid8`,
      )
      for (const table of ['wikipedia_follows', 'wikipedia_follow_position'])
        await client.query(
          `UPDATE ${table} SET stored_from = (stored_from::text::bigint + 1000000)::text::xid8`,
        )
    })
    const moved = join(directory, 'moved.dump')
    await dump({ url: moving.url, file: moved })
    await restore({ url: target.url, file: moved })
    await onDatabase(target.url, async client => {
      const { rows } = await client.query(
        `SELECT id FROM recent_changes, wikipedia_follow_position
         WHERE stored_in >= stored_from AND stored_in < pg_snapshot_xmin(pg_current_snapshot())`,
      )
      expect(rows).toEqual([{ id: 'untold' }])
    })
  })

  it('is of one moment although writing goes on', async () => {
    await using target = await testDatabase()
    await using busy = await copyOf(source.url)
    const stop = new AbortController()
    // Each transaction adds one error and one event, so at any moment there are as many of both.
    let written = 0
    const writing = onDatabase(busy.url, async client => {
      while (!stop.signal.aborted) {
        await client.query('BEGIN')
        await client.query("INSERT INTO general_errors (process, what, message) VALUES (1, 'test', '')")
        await client.query(`SELECT append_events('[{"type": "Tick", "metadata": {}}]')`)
        await client.query('COMMIT')
        written += 1
      }
    })
    const torn = join(directory, 'torn.dump')
    const before = written
    const counted = await dump({ url: busy.url, file: torn })
    stop.abort()
    await writing
    expect(written).toBeGreaterThan(before)
    await restore({ url: target.url, file: torn })
    const again = await dump({ url: target.url, file: join(directory, 'again.dump') })
    await onDatabase(target.url, async client => {
      const { rows } = await client.query(
        "SELECT (SELECT count(*) FROM general_errors) AS errors, (SELECT count(*) FROM events WHERE type = 'Tick') AS events",
      )
      expect(rows[0].errors).toBe(rows[0].events)
    })
    for (const table of ['events', 'votes', 'ballots', 'tasks', 'general_errors'])
      expect(again[table], table).toEqual(counted[table])
  })

  it('is not restored over what is there, unless that is said', async () => {
    await using target = await copyOf(source.url)
    await onDatabase(target.url, client =>
      client.query("INSERT INTO general_errors (process, what, message) VALUES (1, 'kept', '')"),
    )
    await expect(restore({ url: target.url, file })).rejects.toThrow('not empty: ')
    expect((await rowsOf(target.url))['general_errors']).toHaveLength(1)
    await restore({ url: target.url, file, mayReplace: true })
    expect(await rowsOf(target.url)).toEqual(await rowsOf(source.url))
  })

  it('that cannot be restored leaves what is there as it was', async () => {
    await using target = await copyOf(source.url)
    await onDatabase(target.url, client =>
      client.query("INSERT INTO general_errors (process, what, message) VALUES (1, 'kept', '')"),
    )
    const was = await rowsOf(target.url)
    // Whole, but of what no table takes.
    const wrong = await changed(text => text.replace('"columns":["', '"columns":["no such column","'))
    await expect(restore({ url: target.url, file: wrong, mayReplace: true })).rejects.toThrow(
      'no such column',
    )
    expect(await rowsOf(target.url)).toEqual(was)
    const all = Object.fromEntries(migrationSets().map(({ name, files }) => [name, files]))
    await onDatabase(target.url, async client => expect(await readMigrations(client)).toEqual(all))
  })

  it('whose number of rows is not what was written is refused', async () => {
    const fewer = await changed(text => text.replace(/("recent_changes":\{"rows":)4000/, '$13999'))
    await expect(verify(fewer)).rejects.toThrow('recent_changes has 4000 rows, and had 3999')
  })

  it('is not restored while an app uses the database', async () => {
    await using target = await testDatabase()
    const url = new URL(target.url)
    url.searchParams.set('application_name', 'shardlight ingester')
    await onDatabase(url.href, async () => {
      await expect(restore({ url: target.url, file })).rejects.toThrow(
        'stop what uses the database: shardlight ingester',
      )
    })
  })

  it('of a newer version is refused', async () => {
    const newer = await changed(text => text.replace('"001_votes"', '"001_votes","099_later"'))
    await using target = await testDatabase()
    await expect(restore({ url: target.url, file: newer })).rejects.toThrow(
      'newer version: it has vote/099_later',
    )
    expect(await rowsOf(target.url)).toEqual({})
  })

  it('of an older version makes the tables as they were, and the apps bring them up to date', async () => {
    await using old = await testDatabase()
    const first = Object.fromEntries(migrationSets().map(({ name, files }) => [name, files.slice(0, 1)]))
    await onDatabase(old.url, async client => {
      await migrateTo({ migrations: first }, client)
      await client.query("INSERT INTO wikipedia_languages VALUES ('user', 7, 'sv', 7)")
    })
    const older = join(directory, 'older.dump')
    await dump({ url: old.url, file: older })
    await using target = await testDatabase()
    await restore({ url: target.url, file: older })
    expect(await rowsOf(target.url)).toEqual(await rowsOf(old.url))
    await onDatabase(target.url, async client => expect(await readMigrations(client)).toEqual(first))
    await migrateAll(target.url)
    const all = Object.fromEntries(migrationSets().map(({ name, files }) => [name, files]))
    await onDatabase(target.url, async client => expect(await readMigrations(client)).toEqual(all))

    // A restore empties tables, and what later migrations have put into them would not come back.
    const upToDate = await rowsOf(target.url)
    await expect(restore({ url: target.url, file: older })).rejects.toThrow('newer version than the dump')
    expect(await rowsOf(target.url)).toEqual(upToDate)
    await restore({ url: target.url, file: older, mayReplace: true })
    await onDatabase(target.url, async client => expect(await readMigrations(client)).toEqual(first))
    expect(await rowsOf(target.url)).toEqual(await rowsOf(old.url))
  })

  it.each([
    ['is cut', async (path: string) => truncate(path, (await stat(path)).size - 40)],
    [
      'lacks a byte within',
      async (path: string) => {
        const text = gunzipSync(await readFile(path)).toString('utf8')
        await writeFile(path, gzipSync(text.replace('change 77\t', 'change 7\t')))
      },
    ],
    ['is something else', (path: string) => writeFile(path, 'PGDMP')],
  ])('that %s is refused before anything is touched', async (_, spoil) => {
    const spoilt = await changed(text => text)
    await spoil(spoilt)
    await using target = await testDatabase()
    await expect(verify(spoilt)).rejects.toThrow()
    await expect(restore({ url: target.url, file: spoilt })).rejects.toThrow()
    expect(await rowsOf(target.url)).toEqual({})
  })

  it('is of a database that was asked for, and says of which', async () => {
    const asked = async (environment: Record<string, string>) => {
      const path = join(directory, 'asked.dump')
      await using program = runProgram('infra/backups/src/main.ts', environment, ['dump', path])
      return { code: await program.exited, output: program.output() }
    }
    const refused = await asked({ DATABASE_URL: '', DATA_DIR: directory })
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringMatching(/Set DATABASE_URL, or say --local/),
    })
    const { host, pathname, password } = new URL(source.url)
    const { code, output } = await asked({ DATABASE_URL: source.url })
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining(`of ${pathname.slice(1)} on ${host}.`),
    })
    expect(output).not.toContain(`:${password}@`)
  })

  it('that fails leaves no file that looks like one', async () => {
    const nowhere = join(directory, 'never.dump')
    await expect(dump({ url: 'postgres://nobody@127.0.0.1:1/x', file: nowhere })).rejects.toThrow()
    expect(await readdir(directory)).not.toContain('never.dump')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})
