import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { migrationSets } from './migration-folders.ts'
import { judgeMigration } from './migration-policy.ts'

const root = join(import.meta.dirname, '..', '..', '..')

/** They came before the first release, so no version before them ever ran. */
const BEFORE_THE_FIRST_RELEASE = [
  'event_log/002_one_effect',
  'incidents/002_several_outages',
  'vote/002_every-outcome-has-a-tally',
]

const all = migrationSets().flatMap(({ name, directory, files }) =>
  files.map(file => ({ id: `${name}/${file}`, sql: readFileSync(join(directory, `${file}.sql`), 'utf8') })),
)

it('knows every migration of the repository', () => {
  const found = globSync('{apps,packages}/**/migrations/**/*.sql', {
    cwd: root,
    exclude: path => path.endsWith('node_modules'),
  })
  const known = migrationSets().flatMap(({ folder, files }) => files.map(file => `${folder}/${file}.sql`))
  expect(known.toSorted()).toEqual(found.toSorted())
})

it('finds no migration that the version before would not survive', () => {
  const faults = all.filter(({ id }) => !BEFORE_THE_FIRST_RELEASE.includes(id))
  expect(faults.flatMap(({ id, sql }) => judgeMigration(sql).map(fault => `${id}: ${fault}`))).toEqual([])
})

it.each([
  ['a column that goes', 'ALTER TABLE votes DROP COLUMN tally;'],
  ['a table that goes', 'DROP TABLE IF EXISTS votes;'],
  ['an index that ON CONFLICT may name', 'DROP INDEX votes_due;'],
  ['a column by another name', 'ALTER TABLE votes RENAME tally TO counts;'],
  ['a column that must be there now', 'ALTER TABLE votes\n  ALTER COLUMN tally SET NOT NULL;'],
  ['a new column that must be given', 'ALTER TABLE votes ADD COLUMN reason text NOT NULL;'],
  ['a column of another type', 'ALTER TABLE votes ALTER COLUMN id TYPE uuid USING gen_random_uuid();'],
  ['a rule for what is written', 'ALTER TABLE votes ADD CHECK (quorum > 0);'],
  ['rows that go', 'DELETE FROM votes;'],
  [
    'a function that does something else',
    'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
  ],
])('refuses %s, unless a release before has left it', (_, sql) => {
  expect(judgeMigration(sql)).toHaveLength(1)
  expect(judgeMigration(`-- contract: since 1.4.0 nothing uses it\n${sql}`)).toEqual([])
  expect(judgeMigration(`-- contract: it is old\n${sql}`)).toHaveLength(1)
})

it.each([
  [
    'a new table with rules of its own',
    'CREATE TABLE a (id int NOT NULL UNIQUE REFERENCES b ON DELETE CASCADE);',
  ],
  [
    'a column that may be absent',
    'ALTER TABLE votes ADD COLUMN reason text, ADD COLUMN n int NOT NULL DEFAULT 0;',
  ],
  ['a column that may be absent from now on', 'ALTER TABLE votes ALTER COLUMN reason DROP NOT NULL;'],
  ['an index', 'CREATE INDEX votes_reason ON votes (reason);'],
  [
    'words in a comment, a string or a function',
    "-- RENAME it\nSELECT 'DROP TABLE x'; CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM a; END $$;",
  ],
])('allows %s', (_, sql) => {
  expect(judgeMigration(sql)).toEqual([])
})
