import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atMost, type Benchmark, quantile } from '@shardlight/bench'
import { openDatabase } from '@shardlight/database'
import { startPostgres } from '@shardlight/embedded'
import { createChangeStore, migrateRecentChanges, readDays, readHours, readRecent } from '../src/index.ts'

const EVENTS = 1_000_000
const DAYS = ['2026-11-19', '2026-11-20', '2026-11-21']
const RUNS = 200
const RAW_RUNS = 20
const WIKIS = `ARRAY['en','es','de','fr','ja','ru','it','pt','zh','ar']`

const FILL = `
  INSERT INTO recent_changes (id, at, wiki, type, is_bot, is_minor, namespace, title, editor, comment, old_length,
                              new_length, raw)
  SELECT gen_random_uuid(), $2::date::timestamp AT TIME ZONE 'UTC' + random() * interval '24 hours' - interval '1 ms',
         (${WIKIS})[1 + floor(10 * power(random(), 2))::int] || '.wikipedia.org',
         (ARRAY['edit','edit','edit','edit','new','log','categorize'])[1 + floor(random() * 7)::int],
         random() < 0.3, random() < 0.2, floor(random() * 5)::int, 'Page ' || floor(random() * 100000), 'Editor ' || n % 5000,
         'a comment of the usual length, with a link to a page', 1000, 1200,
         jsonb_build_object('n', n, 'filler', repeat('x', 900))
  FROM generate_series(1, $1::int) AS n
  ON CONFLICT DO NOTHING`

const RAW_COUNT = `
  SELECT (at AT TIME ZONE 'UTC')::date AS day, type, is_bot, count(*) FROM recent_changes
  WHERE wiki = $1 AND at >= ($2::date - 1)::timestamp AT TIME ZONE 'UTC' AND at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
  GROUP BY 1, 2, 3`

export const benchmark: Benchmark = {
  description:
    'the newest changes and the counts of a day among a million events, beside counting the raw table',
  async run({ say }) {
    await using opened = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'shardlight-bench-'))
    opened.defer(() => rm(directory, { recursive: true, force: true }))
    const { url } = opened.use(await startPostgres({ directory, durable: false }))
    const database = opened.use(await openDatabase({ url, applicationName: 'bench' }))
    await migrateRecentChanges(database)
    const store = createChangeStore(database)
    await store.ensureDays(['2026-11-18', ...DAYS])
    say(`${EVENTS.toLocaleString('en')} events are made`)
    for (const day of DAYS) await database.query(FILL, [Math.ceil(EVENTS / DAYS.length), day])
    for (const day of ['2026-11-18', ...DAYS]) await store.recount(day)
    await database.query('VACUUM ANALYZE recent_changes')

    const wikis = ['en.wikipedia.org', 'ja.wikipedia.org', 'ar.wikipedia.org']
    const day = '2026-11-20'
    const queries: Record<string, { runs: number; run: (wiki: string) => Promise<unknown> }> = {
      'recent 100': { runs: RUNS, run: wiki => readRecent(database, { wiki, limit: 100 }) },
      'recent 100, bots, new pages': {
        runs: RUNS,
        run: wiki => readRecent(database, { wiki, limit: 100, filters: { isBot: true, type: 'new' } }),
      },
      stats: {
        runs: RUNS,
        run: wiki => Promise.all([readDays(database, { wiki, day }), readHours(database, { wiki, day })]),
      },
      'counting the raw table': { runs: RAW_RUNS, run: wiki => database.query(RAW_COUNT, [wiki, day]) },
    }
    const times: Record<string, number[]> = {}
    for (const [name, { runs, run }] of Object.entries(queries)) {
      say(name)
      const taken: number[] = []
      for (let n = -5; n < runs; n++) {
        const startedMs = performance.now()
        await run(wikis[(n + 5) % wikis.length] ?? '')
        if (n >= 0) taken.push(performance.now() - startedMs)
      }
      times[name] = taken
    }
    const p = (name: string, q: number) => Math.round(quantile(times[name] ?? [], q) * 100) / 100
    return {
      rows: Object.keys(queries).map(name => ({ name, 'p50 ms': p(name, 0.5), 'p95 ms': p(name, 0.95) })),
      figures: {
        recentP95Ms: p('recent 100', 0.95),
        filteredP95Ms: p('recent 100, bots, new pages', 0.95),
        statsP95Ms: p('stats', 0.95),
        rawP95Ms: p('counting the raw table', 0.95),
      },
      aims: [
        atMost('recent 100: p95 of at most 20 ms', p('recent 100', 0.95), 20),
        atMost('stats: p95 of at most 5 ms', p('stats', 0.95), 5),
      ],
    }
  },
}
