import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, runProgram, type Sandbox, startSandbox, testDatabase } from '@shardlight/testing'
import { expect, it } from 'vitest'
import { listTables, quote } from '../src/schema.ts'
import { onDatabase } from './databases.ts'

const TEXT_CHANNEL = 0

async function startBot(sandbox: Sandbox, databaseUrl: string, dataDir: string) {
  const port = await findFreePort()
  const program = runProgram('apps/bot/src/manager.ts', {
    DISCORD_TOKEN: sandbox.token,
    DISCORD_API_URL: sandbox.apiUrl,
    DATABASE_URL: databaseUrl,
    TOTAL_SHARDS: '2',
    SHARDS_PER_PROCESS: '2',
    MANAGER_PORT: String(port),
    DATA_DIR: dataDir,
  })
  await eventually(
    'the bot is ready',
    async () => program.child.exitCode !== null || (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
    { withinMs: 120_000 },
  ).catch(cause => {
    throw new Error(`the bot is not ready: ${program.output()}`, { cause })
  })
  expect(program.child.exitCode, program.output()).toBeNull()
  return program
}

/** The command as people use it. */
async function backup(databaseUrl: string, ...args: string[]): Promise<string> {
  await using program = runProgram('infra/backups/src/main.ts', { DATABASE_URL: databaseUrl }, args)
  expect(await program.exited, program.output()).toBe(0)
  return program.output()
}

/** What a next release does to tables that this one uses: it only adds, as the policy for migrations says. */
const expand = (url: string) =>
  onDatabase(url, async client => {
    await client.query("SET lock_timeout = '10s'")
    for (const table of await listTables(client)) {
      await client.query(`ALTER TABLE ${quote(table)} ADD COLUMN of_the_next_release text`)
      await client.query(
        `ALTER TABLE ${quote(table)} ADD COLUMN counted_by_the_next_release integer NOT NULL DEFAULT 0`,
      )
    }
    await client.query('CREATE TABLE of_the_next_release (id bigint PRIMARY KEY)')
  })

it('counts on from a restored dump, also while a next release adds to the tables', {
  timeout: 300_000,
}, async () => {
  await using opened = new AsyncDisposableStack()
  const sandbox = opened.use(
    await startSandbox({ guilds: 4, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }),
  )
  const [lost, restored] = [opened.use(await testDatabase()), opened.use(await testDatabase())]
  const dataDir = await mkdtemp(join(tmpdir(), 'shardlight-restore-'))
  opened.defer(() => rm(dataDir, { recursive: true }))
  const file = join(dataDir, 'shardlight.dump')

  const world = await sandbox.world()
  const { botUserId } = world.application
  const [first, second] = world.guilds.map(
    guild => guild.channels.find(one => one.type === TEXT_CHANNEL)?.id ?? '',
  )
  const [user] = world.guilds[0]?.memberIds ?? []
  if (!first || !second || !user) throw new Error('the world has no channels or members')
  const numbersIn = async (channel: string) =>
    (await sandbox.messages(channel)).filter(one => one.authorId === botUserId).map(one => one.content)
  const until = (channel: string, number: string) =>
    eventually(`${number} is there`, async () => (await numbersIn(channel)).includes(number), {
      withinMs: 60_000,
    })

  {
    await using _bot = await startBot(sandbox, lost.url, dataDir)
    await sandbox.write(first, user, `<@${botUserId}> count to 9`)
    await until(first, '2')
    expect(await backup(lost.url, 'dump', file)).toMatch(/\d+ rows of \d+ tables/)
    // These are posted, and the dump knows nothing of them.
    await until(first, '4')
  }
  expect(await backup(restored.url, 'restore', file)).toMatch(/rows are restored/)
  await using bot = await startBot(sandbox, restored.url, dataDir)
  await expand(restored.url)
  await sandbox.write(second, user, `<@${botUserId}> count to 2`)
  await Promise.all([until(first, '9'), until(second, '2')])
  expect(await numbersIn(first)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  expect(await numbersIn(second)).toEqual(['1', '2'])
  expect(bot.child.exitCode).toBeNull()
})
