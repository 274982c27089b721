import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase } from '@shardlight/testing'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { judgeMigrations } from './judge-migrations.ts'

let client: pg.Client
let repository: string
let scope: AsyncDisposableStack

beforeEach(async () => {
  await using opened = new AsyncDisposableStack()
  const { url } = opened.use(await testDatabase())
  client = new pg.Client({ connectionString: url })
  await client.connect()
  opened.defer(() => client.end())
  repository = await mkdtemp(join(tmpdir(), 'shardlight-doctor-'))
  opened.defer(() => rm(repository, { recursive: true }))
  await has('packages/votes', '001_votes')
  await has('apps/status', '001_uptime')
  await client.query('CREATE SCHEMA migrations')
  scope = opened.move()
})
afterEach(() => scope?.disposeAsync())

async function has(folder: string, migration: string): Promise<void> {
  await mkdir(join(repository, folder, 'migrations'), { recursive: true })
  await writeFile(join(repository, folder, 'migrations', `${migration}.sql`), '')
}

async function ran(set: string, ...names: string[]): Promise<void> {
  await client.query(`CREATE TABLE migrations.${set} (name text)`)
  await client.query(`INSERT INTO migrations.${set} SELECT unnest($1::text[])`, [names])
}

const judged = async () => (await judgeMigrations(client, repository)).map(({ what }) => what)

it('says of which version the tables are', async () => {
  expect(await judged()).toEqual(['the database is empty; the apps make their tables as they start'])
  await ran('vote', '001_votes')
  expect(await judged()).toEqual(['1 migrations run as the apps start (001_uptime)'])
  await ran('history', '001_uptime')
  expect(await judged()).toEqual(['the tables are up to date'])
  await ran('songs', '001_songs')
  expect(await judged()).toEqual(['the tables are those of a newer version (001_songs)'])
})

it('minds in an image, which lacks the files of other apps, only the tables of its own', async () => {
  await rm(join(repository, 'apps'), { recursive: true })
  await ran('history', '001_uptime')
  await ran('vote', '001_votes', '002_ranked')
  expect(await judged()).toEqual(['the tables are those of a newer version (002_ranked)'])
  await client.query("DELETE FROM migrations.vote WHERE name = '002_ranked'")
  expect(await judged()).toEqual(['the tables are up to date'])
})
