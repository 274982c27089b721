import { readFileSync } from 'node:fs'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase, type Queryable } from '@shardlight/database'
import { createChangeStore, dayOf, migrateRecentChanges, type RecentChange } from '@shardlight/recent-changes'
import { eventually, referenceData, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spark, sparkIsMissing } from '../prepare.ts'
import { generateEvents, readable, withRepeats } from './generated-events.ts'
import { countDays, type DayCount, mostEdited, type PageEdits, unique } from './plain-count.ts'
import { startProgram } from './spark-job.ts'

const reference = referenceData('wikimedia/recentchange-enwiki-2023-07-29.jsonl')
const genuine = reference.isAbsent ? [] : readFileSync(reference.file, 'utf8').trim().split('\n')
const lines = withRepeats([...genuine, ...generateEvents(12_000)])
const changes = readable(lines)
const FILES = 10
const TOP = 20

describe.skipIf(await sparkIsMissing())('the Spark job', () => {
  let database: Database
  let databaseUrl: string
  let directory: string
  let scope: AsyncDisposableStack

  beforeAll(async () => {
    await using opened = new AsyncDisposableStack()
    const scratch = opened.use(await testDatabase())
    databaseUrl = scratch.url
    database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
    await migrateRecentChanges(database)
    directory = await mkdtemp(join(tmpdir(), 'shardlight-spark-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const perFile = Math.ceil(lines.length / FILES)
    for (let file = 0; file < FILES; file++)
      await writeFile(
        join(directory, `${file}.jsonl`),
        lines.slice(file * perFile, (file + 1) * perFile).join('\n'),
      )
    scope = opened.move()
  })
  afterAll(() => scope?.disposeAsync())

  const startJob = (checkpoint: string, ...more: string[]) =>
    startProgram(spark.job, {
      args: [
        '--source=file',
        `--path=${join(directory, '*.jsonl')}`,
        `--checkpoint=${join(directory, checkpoint)}`,
        `--top=${TOP}`,
        '--until-caught-up',
        ...more,
      ],
      databaseUrl,
      cwd: directory,
    })

  async function runToTheEnd(checkpoint: string, ...more: string[]) {
    const job = startJob(checkpoint, ...more)
    expect(await job.exited, job.output()).toBe(0)
    return job.output()
  }

  const dayCounts = () =>
    database.query<DayCount>(
      `SELECT day::text, wiki, type, is_bot AS "isBot", count::int FROM spark_day_counts`,
    )
  const pageHours = () =>
    database.query<PageEdits>(
      `SELECT to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI') AS hour, wiki, title, edits::int
       FROM spark_page_hours`,
    )
  const counted = async () => (await dayCounts()).reduce((sum, { count }) => sum + count, 0)
  const areTablesMade = async () =>
    (await database.query(`SELECT 1 FROM pg_tables WHERE tablename = 'spark_page_hours'`)).length > 0
  const isWaiting = async (of: Queryable) =>
    (await of.query(`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'spark_page_hours'::regclass`))
      .length > 0

  async function expectPlainCounts(of: RecentChange[]) {
    const inAnyOrder = <T>(rows: T[]) => rows.map(row => JSON.stringify(row)).sort()
    expect(inAnyOrder(await dayCounts())).toEqual(inAnyOrder(countDays(of)))
    expect(inAnyOrder(await pageHours())).toEqual(inAnyOrder(mostEdited(of, TOP)))
  }

  it('counts every change once, though it is killed within a batch and between two, reads all again, and forgets what is long past', async () => {
    const within = startJob('first', '--files-per-batch=2')
    await eventually('the tables are made', areTablesMade)
    await database.transaction(async tx => {
      await tx.query('LOCK TABLE spark_page_hours IN ACCESS EXCLUSIVE MODE')
      // Asked by the same session, which the server would end if it did nothing for long.
      await eventually('a batch is half counted', () => isWaiting(tx), { withinMs: 240_000 })
      await within.kill()
    })
    await eventually('its session is gone', async () => !(await isWaiting(database)))
    expect(await counted()).toBe(0)

    const between = startJob('first', '--files-per-batch=2')
    await eventually('some batches are counted', async () => (await counted()) > 3_000, { withinMs: 240_000 })
    await between.kill()
    expect(await counted()).toBeLessThan(unique(changes).length)

    await runToTheEnd('first', '--files-per-batch=2')
    await expectPlainCounts(changes)

    // A new checkpoint reads all again: at first with one change that makes the others old, and then once more.
    const late = JSON.stringify({
      meta: { id: 'late', dt: '2023-08-20T10:00:00Z' },
      type: 'edit',
      title: 'Late',
    })
    await writeFile(join(directory, 'late.jsonl'), late)
    await writeFile(join(directory, 'again.jsonl'), [...lines, late].join('\n'))
    const later = new Date(Date.now() + 60_000)
    await utimes(join(directory, 'again.jsonl'), later, later)
    const output = await runToTheEnd('second', '--keep-days=8', `--files-per-batch=${FILES + 1}`)
    expect(output).toContain(`batch 0: 1 new, ${changes.length} known, 0 too old`)
    expect(output).toContain(`batch 1: 0 new, 1 known, ${changes.length} too old`)
    expect(await database.query('SELECT id FROM spark_seen')).toEqual([{ id: 'late' }])
    expect(await database.query('SELECT title FROM spark_page_edits')).toEqual([{ title: 'Late' }])
    await expectPlainCounts([...changes, ...readable([late])])
  }, 600_000)

  describe('beside the ingester', () => {
    const compare = async (...args: string[]) => {
      const program = startProgram(spark.compareCounts, { args, databaseUrl, cwd: directory })
      return { code: await program.exited, output: program.output() }
    }

    beforeAll(async () => {
      const store = createChangeStore(database)
      const stored = unique(changes)
      await store.ensureDays(new Set(stored.map(change => dayOf(change.at))))
      await store.insert(database, stored)
    })

    it('has the same counts of the same events', async () => {
      expect(await compare('2023-07-28', '2023-07-29', '2023-07-30')).toEqual({
        code: 0,
        output: `equal: ${unique(changes).length.toLocaleString('en')} changes of 3 days\n`,
      })
    })

    it('shows each difference, and only those of the days it was asked for', async () => {
      await database.query(
        `UPDATE recent_change_days SET count = count + 1
         WHERE (day, wiki, type, is_bot) = ('2023-07-29', 'ja.wikipedia.org', 'log', true)`,
      )
      const { code, output } = await compare()
      expect(code).toBe(1)
      const rows = output.trimEnd().split('\n')
      expect(rows).toHaveLength(4)
      expect(rows[0]).toMatch(/^day +wiki +type +by +Spark +ingester +difference$/)
      expect(rows[1]).toMatch(/^2023-07-29 +ja.wikipedia.org +log +bot +([\d,]+) +[\d,]+ +-1$/)
      expect(rows[2]).toMatch(/^2023-08-20 +unknown +edit +human +1 +0 +\+1$/)
      expect(rows[3]).toBe('different: 2 counts')
      expect((await compare('2023-07-28')).code).toBe(0)
    })

    it.each([['yesterday'], ['--days=3']])('refuses %s as a day', async argument => {
      const { code, output } = await compare(argument)
      expect(code).toBe(2)
      expect(output).toContain(argument)
    })
  })

  it('says what is missing before it starts', async () => {
    const job = startProgram(spark.job, { args: ['--checkpoint=x'], databaseUrl, cwd: directory })
    expect(await job.exited).toBe(2)
    expect(job.output()).toContain('--source kafka needs --bootstrap-servers')
  })
})
