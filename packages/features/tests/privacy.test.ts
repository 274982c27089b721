import { type Database, openDatabase } from '@shardlight/database'
import { eventually, type Sandbox, type SandboxWorld, startSandbox, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlaces, type Interaction, type Message, textOf } from './places.ts'
import { startBot } from './running-bot.ts'

let sandbox: Sandbox
let world: SandboxWorld
let database: Database
let places: ReturnType<typeof createPlaces>
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  sandbox = opened.use(await startSandbox({ guilds: 1 }))
  world = await sandbox.world()
  opened.use(await startBot({ sandbox, databaseUrl: scratch.url }))
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  places = createPlaces({ sandbox, world, database })
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

const directOf = async (userId: string) =>
  (await sandbox.control<{ id: string }>('POST', '/sandbox/dms', { userId })).id

const fileOf = async (message: Message | undefined) => {
  const url = message?.attachments[0]?.url ?? ''
  return (await (await fetch(sandbox.url + url)).json()) as Record<string, unknown>
}

const press = async (userId: string, interaction: Interaction, customId: string) =>
  places.answered(
    await sandbox.control('POST', '/sandbox/components', {
      userId,
      messageId: interaction.messages[0]?.id,
      customId,
    }),
  )

/** Every row of every table in which a person's id stands. */
async function traces(userId: string): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  )
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await database.query(`SELECT FROM ${name} AS one WHERE one::text LIKE '%' || $1 || '%'`, [
        userId,
      ])
      return rows.map(() => name)
    }),
  )
  return found.flat()
}

describe('somebody', () => {
  it('gets all that is known of them, of every feature, and nobody else sees it', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', ken = ''] = place.people
    await places.run(place, ada, 'countdown start', { to: 2 })
    await places.run(place, ada, 'countdown stop', {})
    await places.run(place, ada, 'vote ask', {
      question: 'Tea?',
      option1: 'Yes',
      option2: 'No',
      secret: true,
    })
    const vote = await places.openVote(place)
    await places.click(vote, ada, 0)
    await places.click(vote, grace, 1)

    const told = await places.run(place, ada, 'privacy export')
    expect(told.ephemeral).toBe(true)
    const data = await fileOf(told.messages[0])
    expect(data).toMatchObject({
      userId: ada,
      activity: { active: [{ guild: place.guildId, how: expect.stringMatching(/message|command/) }] },
      countdown: [{ command: 'start', target: 2 }, { command: 'stop' }],
      vote: { started: [{ question: 'Tea?' }], ballots: [{ choice: 'Yes' }] },
    })
    for (const other of [grace, ken]) expect(JSON.stringify(data)).not.toContain(other)

    const { content } = await places.answerTo(place, ada, 'privacy export')
    expect(content).toBe('I have answered you in a direct message.')
    const direct = await eventually('the file', async () => (await places.read(await directOf(ada)))[0])
    expect(await fileOf(direct)).toMatchObject({ userId: ada })
  })

  it('has it erased, once they confirm, and the result of a vote stays', async () => {
    const place = await places.newPlace(3)
    const [ada = '', grace = '', ken = ''] = place.people
    await places.say(place, grace, 'vote ask Coffee? | Yes | No | for 1h early')
    const vote = await places.openVote(place)
    for (const who of [ada, grace, ken]) await places.click(vote, who, 0)
    await places.resultIn(place)
    await places.run(place, ada, 'countdown start', { to: 1 })
    await places.run(place, ada, 'vote veto', { reason: 'nothing to veto' })
    expect(await traces(ada)).not.toEqual([])

    const asked = await places.run(place, ada, 'privacy delete')
    expect(textOf(asked)).toMatch(/cannot be undone/)
    expect(await traces(ada)).not.toEqual([])
    expect(textOf(await press(ada, asked, 'privacy:delete'))).toBe('Your data is erased.')
    expect(await traces(ada)).toEqual([])
    const status = textOf(
      await places.run(place, ken, 'vote status', { id: /Vote (\d+)/.exec(vote.content)?.[1] }),
    )
    expect(status).toMatch(/\*\*Yes\*\* has won/)
  })

  it('who is restrained may do both, and stays restrained', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', ken = '', linus = ''] = place.people
    await places.run(place, linus, 'countdown start', { to: 500 })
    await places.run(place, ada, 'vote challenge', { member: linus, reason: 'counts too far' })
    const vote = await places.openVote(place)
    for (const who of [ada, grace, ken]) await places.click(vote, who, 0)
    await eventually('their count has ended with it', async () => {
      const [task] = await database.query<{ state: string; outcome: string }>(
        `SELECT state, outcome FROM tasks WHERE command = 'start' AND channel_id = $1`,
        [place.channelId],
      )
      return task?.state === 'stopped' && task.outcome === 'restrained'
    })
    expect(textOf(await places.run(place, linus, 'countdown start', { to: 3 }))).toMatch(/take a break/)
    expect(await fileOf((await places.run(place, linus, 'privacy export')).messages[0])).toMatchObject({
      vote: { restraints: [{ guild: place.guildId }] },
    })
    const asked = await places.run(place, linus, 'privacy delete')
    expect(textOf(await press(linus, asked, 'privacy:delete'))).toMatch(
      /Your data is erased.\nWhat had to stay:\n- That members voted that you take a break, in vote \d+, until that is over/,
    )
    expect(textOf(await places.run(place, linus, 'countdown start', { to: 3 }))).toMatch(/take a break/)
  })

  it('whose data had to stay for a while has it erased when that is over', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', , linus = ''] = place.people
    await places.run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' })
    const { id } = await places.openVote(place)
    expect(id).toBeDefined()
    await places.run(place, grace, 'vote retract')
    await places.resultIn(place)
    const asked = await places.run(place, grace, 'privacy delete')
    expect(textOf(await press(grace, asked, 'privacy:delete'))).toMatch(
      /That you started vote \d+, until you could start another one. Then it goes by itself/,
    )
    await places.run(place, ada, 'vote settings', { 'challenger-wait-hours': 0 })
    const initiators = () =>
      database.query('SELECT FROM votes WHERE guild_id = $1 AND initiator_id IS NOT NULL', [place.guildId])
    expect(await initiators()).toHaveLength(1)
    await database.query(`UPDATE votes SET opened_at = opened_at - interval '2 hours' WHERE guild_id = $1`, [
      place.guildId,
    ])
    await eventually('it is gone', async () => (await initiators()).length === 0, { withinMs: 75_000 })
    expect(await database.query('SELECT FROM vote_erasures WHERE user_id = $1', [grace])).toEqual([])
  }, 100_000)
})
