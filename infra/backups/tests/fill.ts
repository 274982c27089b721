import type pg from 'pg'

const GUILD = '1161574221348863930'

/** What COPY's text has to escape, and what looks like the end of its rows. */
const TRICKY = 'a\tb\\\n\\.\nwith "quotes", \u0001, é and 🎉\r\n\\N'

/** A system at work: a countdown under way, a vote open with ballots, one that had its effect, changes and follows. */
export async function fill(client: pg.Client): Promise<void> {
  const run = (sql: string, params: unknown[] = []) => client.query(sql, params)
  await run(
    `INSERT INTO tasks (request_id, command, state, guild_id, channel_id, user_id, how, written, target, posted)
     VALUES (1, 'start', 'running', $1, 2, 3, 'text', $2, 9999, 41), (2, 'status', 'done', $1, 2, 3, 'text', 'x', NULL, 0)`,
    [GUILD, TRICKY],
  )
  const vote = (request: number, outcome: string | null) =>
    run(
      `INSERT INTO votes (request_id, guild_id, channel_id, kind, initiator_id, target_id, question, options, is_secret,
         closes_early, electors, quorum, threshold, closes_at, outcome, tally, closed_at, restrained_until)
       VALUES ($1, $2, 5, 'challenge', 3, $1, $3, '{yes,"no, \\"never\\""}', true, false, 5, 3, 3, now() + interval '1 day',
         $4, $5, CASE WHEN $4::text IS NULL THEN NULL ELSE now() END,
         CASE WHEN $4::text IS NULL THEN NULL ELSE '2100-01-01Z'::timestamptz END) RETURNING id`,
      [request, GUILD, TRICKY, outcome, outcome && '{4,1}'],
    )
  await vote(10, null)
  await vote(11, 'passed')
  await run('INSERT INTO vote_electors SELECT id, user_id FROM votes, generate_series(1, 5) AS user_id')
  await run('INSERT INTO ballots SELECT vote_id, user_id, 1, user_id FROM vote_electors')
  const facts = { guildId: GUILD, targetId: '11', kind: 'challenge', outcome: 'passed', phase: 'closed' }
  await run(
    `SELECT append_events(jsonb_build_array(
       jsonb_build_object('type', 'UserActive', 'metadata', jsonb_build_object('guildId', $1::text, 'userId', '3')),
       jsonb_build_object('type', 'Vote', 'once', 'end', 'metadata', $2::jsonb || jsonb_build_object('voteId', id::text, 'until', restrained_until))))
     FROM votes WHERE outcome = 'passed'`,
    [GUILD, JSON.stringify(facts)],
  )
  await run(
    "SELECT ensure_recent_changes_day(day::date) FROM generate_series('2026-11-19'::date, '2026-11-21', '1 day') AS day",
  )
  await run(
    `INSERT INTO recent_changes (id, at, wiki, type, is_bot, is_minor, title, comment, raw)
     SELECT 'change ' || n, '2026-11-19Z'::timestamptz + n * interval '1 minute', 'en.wikipedia.org', 'edit', n % 2 = 0, false,
       'Title', $1, jsonb_build_object('n', n) FROM generate_series(1, 4000) AS n`,
    [TRICKY],
  )
  await run("INSERT INTO recent_change_days VALUES ('2026-11-19', 'en.wikipedia.org', 'edit', true, 1439)")
  await run(
    `INSERT INTO wikipedia_follows (channel_id, number, language, kind, title) VALUES (2, 1, 'en', 'page', 'Title')`,
  )
  await run(
    "INSERT INTO wikipedia_follow_titles SELECT 'en.wikipedia.org', 'page', 'Title', id FROM wikipedia_follows",
  )
  await run(
    `INSERT INTO history_progress (cluster, recorded_until, open_shards) VALUES ('main', now(), '\\x000a5c2e0aff')`,
  )
  await run(
    `INSERT INTO incidents (cluster, kind, status, impact, title, shards, started_at, revision)
     VALUES ('main', 'outage', 'open', 'major', $1, '{[0,3),[7,9)}', now(), nextval('incident_revisions'))`,
    [TRICKY],
  )
  await run(
    `INSERT INTO incident_updates (incident_id, at, by, status, body) SELECT id, now(), 'system', 'open', '' FROM incidents`,
  )
}
