import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, runProgram, startSandbox, testDatabase } from '@shardlight/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

const processList = z.array(z.object({ port: z.int(), state: z.string() }))
const interaction = z.object({ messages: z.array(z.object({ content: z.string() })) })
const readiness = z.object({ ready: z.boolean(), optional: z.record(z.string(), z.string()) })

const variants = { on: true, off: false }
const offIn = (...guildIds: (string | undefined)[]) => ({
  state: 'ENABLED',
  variants,
  defaultVariant: 'on',
  targeting: { if: [{ in: [{ var: 'guildId' }, guildIds] }, 'off'] },
})
const OFF =
  'Sorry, **/countdown** is switched off here for now. What has begun goes on; please try again later.'

describe('a bot with a file of flags', { timeout: 120_000 }, () => {
  let scope: AsyncDisposableStack
  let folder: string
  let file: string

  beforeEach(async () => {
    scope = new AsyncDisposableStack()
    folder = await mkdtemp(join(tmpdir(), 'bot-flags-'))
    scope.defer(() => rm(folder, { recursive: true }))
    file = join(folder, 'flags.json')
  })
  afterEach(() => scope.disposeAsync())

  const save = (flags: object) => writeFile(file, JSON.stringify({ flags }))

  it('refuses to start with one that it cannot use, in one line', async () => {
    await writeFile(file, '{"flags":{"countdown":{"state":"off"}}}')
    const program = scope.use(
      runProgram('apps/bot/src/manager.ts', {
        DISCORD_TOKEN: 'bm90.the.token',
        DATABASE_URL: 'postgres://127.0.0.1:1/none',
        DATA_DIR: folder,
        FLAGS_FILE: file,
      }),
    )
    expect(await program.exited).toBe(1)
    expect(program.output()).toBe(
      `manager: FLAGS_FILE="${file}": countdown: expected "state" to be "ENABLED" or "DISABLED"\n`,
    )
  })

  it('takes no new work where a feature is off, ends what has begun, and needs no restart', async () => {
    const sandbox = scope.use(
      await startSandbox({ guilds: 2, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }),
    )
    const world = await sandbox.world()
    const [here, elsewhere] = world.guilds.map(({ id, channels, memberIds }) => ({
      guild: id,
      channel: channels[0]?.id ?? '',
      user: memberIds.find(one => one !== world.application.botUserId) ?? '',
    }))
    if (!here || !elsewhere) throw new Error('the world has no two guilds')
    await save({})
    const port = await findFreePort()
    const program = scope.use(
      runProgram('apps/bot/src/manager.ts', {
        DISCORD_TOKEN: sandbox.token,
        DISCORD_API_URL: sandbox.apiUrl,
        DATABASE_URL: scope.use(await testDatabase()).url,
        TOTAL_SHARDS: '2',
        SHARDS_PER_PROCESS: '2',
        MANAGER_PORT: String(port),
        DATA_DIR: folder,
        FLAGS_FILE: file,
      }),
    )
    const [process] = await eventually(
      'it is ready',
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/processes`)
        const all = processList.parse(await answer.json())
        return all.length > 0 && all.every(one => one.state === 'ready') && all
      },
      { withinMs: 60_000 },
    )
    const probe = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${process?.port}${path}`)
      return answer.text()
    }
    const command = async ({ channel, user }: typeof here, name: string, options: object = {}) => {
      const body = { userId: user, channelId: channel, command: name, options }
      const { id } = z
        .object({ id: z.string() })
        .parse(await sandbox.control('POST', '/sandbox/interactions', body))
      return eventually('it is answered', async () => {
        const found = interaction.parse(await sandbox.control('GET', `/sandbox/interactions/${id}`))
        return found.messages[0]?.content
      })
    }
    const said = (words: string) =>
      eventually(
        `it says "${words}"`,
        () => {
          if (!program.output().includes(words)) throw new Error(program.output().slice(-3_000))
          return true
        },
        { withinMs: 60_000 },
      )

    await said('slash commands registered')
    expect(await command(here, 'countdown start', { to: 9999 })).toBe('Counting to 9999 here.')
    await save({ countdown: offIn(here.guild) })
    await said('flags: countdown by guild or person')
    expect(await command(here, 'countdown start', { to: 5 })).toBe(OFF)
    const { id } = await sandbox.write(
      here.channel,
      here.user,
      `<@${world.application.botUserId}> count to 5`,
    )
    await eventually('words are answered too', async () =>
      (await sandbox.messages(here.channel, id)).some(({ content }) => content === OFF),
    )
    expect(await command(elsewhere, 'countdown start', { to: 9999 })).toBe('Counting to 9999 here.')

    // What has begun is seen and ended as ever.
    expect(await command(here, 'countdown status')).toMatch(/^Counting to 9999 here/)
    const posted = await sandbox.messages(here.channel, id)
    await eventually('it goes on counting', async () => {
      const now = await sandbox.messages(here.channel, id)
      return now.length > posted.length
    })
    expect(await command(here, 'countdown stop')).toMatch(/^Stopped at \d+\.$/)
    expect(await probe('/metrics')).toMatch(/shardlight_commands_total\{.*outcome="off".*\} 1/)

    await writeFile(file, '{"flags": {"countdown"')
    await said('the flags stay as they were')
    expect(await command(here, 'countdown start', { to: 5 })).toBe(OFF)
    expect(await probe('/metrics')).toMatch(/^shardlight_flags_file_ok 0$/m)
    const broken = readiness.parse(JSON.parse(await probe('/readyz?verbose')))
    expect(broken).toMatchObject({ ready: true, optional: { flags: expect.stringContaining(file) } })

    await save({})
    await eventually(
      'it is mended',
      async () => /^shardlight_flags_file_ok 1$/m.test(await probe('/metrics')),
      { withinMs: 60_000 },
    )
    expect(await command(here, 'countdown start', { to: 1 })).toBe('Counting to 1 here.')
  })
})
