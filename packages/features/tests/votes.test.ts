import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '@shardlight/database'
import {
  eventually,
  type Program,
  type Sandbox,
  type SandboxWorld,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buttonsOf, createPlaces, type Interaction, type Place, textOf } from './places.ts'
import { startBot } from './running-bot.ts'

let sandbox: Sandbox
let places: ReturnType<typeof createPlaces>
let world: SandboxWorld
let database: Database
let databaseUrl: string
let bot: Program
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  databaseUrl = scratch.url
  sandbox = opened.use(await startSandbox({ guilds: 1 }))
  world = await sandbox.world()
  bot = await startBot({ sandbox, databaseUrl })
  opened.defer(() => bot[Symbol.asyncDispose]())
  database = opened.use(await openDatabase({ url: databaseUrl, applicationName: 'test' }))
  places = createPlaces({ sandbox, world, database })
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

/** Makes the database's clock pass the end of all votes of a server. */
const letTimePass = (place: Place) =>
  database.query('UPDATE votes SET closes_at = now() WHERE guild_id = $1 AND outcome IS NULL', [
    place.guildId,
  ])

describe('a question', () => {
  it('is asked, answered by button, changed, and told with a chart', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', ken = '', linus = ''] = place.people
    const told = await places.run(place, ada, 'vote ask', {
      question: 'Pizza or *pasta* @everyone?',
      option1: 'Pizza',
      option2: 'Pasta',
      duration: '2h',
    })
    expect(told).toMatchObject({
      ephemeral: true,
      messages: [{ content: expect.stringMatching(/^Vote \d+ is open\.$/) }],
    })
    const vote = await places.openVote(place)
    expect(vote.content).toContain('Pizza or \\*pasta\\* @everyone?')
    expect(vote.mentions).toEqual([])
    expect(vote.embeds[0]?.description).toContain('4 members may vote')
    expect(vote.embeds[0]?.description).toContain('It counts when 2 of them vote')
    expect(buttonsOf(vote).map(button => button.label)).toEqual(['Pizza', 'Pasta'])

    const first = await places.click(vote, ada, 0)
    expect(first).toMatchObject({ ephemeral: true })
    expect(textOf(first)).toMatch(/Your ballot is in: \*\*A\*\* Pizza. You can change it/)
    await places.click(vote, grace, 0)
    await places.click(vote, ken, 1)
    await places.click(vote, linus, 1)
    await places.click(vote, ada, 1)
    await letTimePass(place)

    const result = await places.resultIn(place)
    expect(result.embeds[0]?.description).toContain('**Pasta** has won, with 3 of 4')
    expect(result.embeds[0]?.description).toContain(`<@${ken}> <@${linus}> <@${ada}>`)
    expect(result.embeds[0]?.footer?.text).toMatch(/^Record \d+ · 4 of 4 voted · quorum 2$/)
    expect(result.mentions).toEqual([])
    expect(result.attachments).toMatchObject([
      { contentType: 'image/png', description: expect.stringContaining('B Pasta: 3 (75%), won') },
    ])
    await eventually('no buttons any more', async () => {
      const after = (await places.read(place.channelId)).find(message => message.id === vote.id)
      return after?.components.length === 0 && after.content.includes('has ended')
    })
    expect(
      textOf(
        await places
          .click(vote, ada, 0)
          .catch(() => ({ messages: [{ content: 'has ended' }] }) as Interaction),
      ),
    ).toMatch(/has ended/)
  })

  it('that is secret names no voter in any message, event or log', async () => {
    const place = await places.newPlace(3)
    const [ada = '', grace = '', ken = ''] = place.people
    await places.say(place, ada, 'vote ask Shall we? | Yes | No | for 1h secret early')
    const vote = await places.openVote(place)
    for (const who of [grace, ken]) await places.click(vote, who, 0)
    const result = await places.resultIn(place)
    expect(result.embeds[0]?.description).toContain('**Yes** has won, with 2 of 2')
    const id = /vote (\d+)/.exec(result.content)?.[1]
    const record = await places.run(place, ada, 'vote status', { id })
    expect(textOf(record)).toMatch(/\*\*Yes\*\* has won/)
    const events = await database.query<{ text: string }>(
      `SELECT all_events::text AS text FROM all_events WHERE type <> 'UserActive'`,
    )
    const told = JSON.stringify([await places.read(place.channelId), record, events, bot.output()])
    for (const who of [grace, ken]) expect(told).not.toContain(who)
  })

  it.each([
    ['vote ask', 'Please give me a question.'],
    ['vote ask Only one? | A', 'A question needs 2 to 10 answers; yours has 1'],
    ['vote ask Twice? | A | a', 'The answer “a” is there twice'],
    ['vote ask Too short? | A | B | for 10s', 'from one minute (1m) to nine days (9d)'],
    ['vote ask Too long? | A | B | for 10d', 'from one minute (1m) to nine days (9d)'],
    ['vote status x', '“x” is no number of a vote'],
    ['vote status 999999', 'There is no vote 999999 in this server'],
    ['vote retract', 'There is no such vote open'],
    ['vote challenge', 'Who is it about?'],
  ])('asked as “%s” is refused with what to do', async (words, answer) => {
    const place = await places.newPlace(2)
    expect((await places.answerTo(place, place.people[0] ?? '', words)).content).toContain(answer)
  })

  it('is refused where too few are active', async () => {
    const place = await places.newPlace(4, 1)
    const answer = await places.answerTo(place, place.people[0] ?? '', 'vote ask Lonely? | A | B')
    expect(answer.content).toContain('Too few members are active for this vote: 1, and it needs 2')
  })

  it('is taken back by who asked it, and by nobody else', async () => {
    const place = await places.newPlace(3)
    const [ada = '', grace = ''] = place.people
    await places.say(place, ada, 'vote ask Really? | A | B')
    await places.openVote(place)
    expect(textOf(await places.run(place, grace, 'vote retract'))).toMatch(/no such vote open/)
    expect(textOf(await places.run(place, ada, 'vote retract'))).toMatch(/is retracted/)
    expect((await places.resultIn(place)).embeds[0]?.description).toContain(`Retracted by <@${ada}>`)
  })

  it('takes no ballot from somebody who was not active when it opened, and says why', async () => {
    const place = await places.newPlace(4, 3)
    const [ada = '', , , late = ''] = place.people
    await places.say(place, ada, 'vote ask Who? | A | B')
    const refused = await places.click(await places.openVote(place), late, 0)
    expect(textOf(refused)).toMatch(/among those who were active here when it opened.*on 1 more/)
    expect(
      await database.query(
        `SELECT user_id, written FROM command_errors WHERE command = 'vote ballot' AND channel_id = $1`,
        [place.channelId],
      ),
    ).toEqual([{ user_id: 0n, written: 'vote:ballot' }])
  })
})

describe('a challenge', () => {
  it('restrains whom three vote out, tells them in private, and a restore gives it back', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', ken = '', linus = ''] = place.people
    await places.run(place, ada, 'vote challenge', { member: linus, reason: 'spams the count' })
    const vote = await places.openVote(place)
    expect(vote.embeds[0]?.description).toContain('**Reason:** spams the count')
    expect(textOf(await places.click(vote, linus, 1))).toMatch(/about you/)
    for (const who of [ada, grace, ken]) await places.click(vote, who, 0)
    expect((await places.resultIn(place)).embeds[0]?.description).toContain(
      `Passed, 3 to 0: <@${linus}> takes a break`,
    )

    // Longer than the number of voters takes to be shown: the last word is that it has ended.
    await sleep(3_500)
    expect((await places.read(place.channelId)).find(message => message.id === vote.id)).toMatchObject({
      content: expect.stringContaining('has ended'),
      components: [],
    })

    const { id: dm } = await sandbox.control<{ id: string }>('POST', '/sandbox/dms', { userId: linus })
    expect((await places.answerTo(place, linus, 'count to 3')).content).toBe(
      'I have answered you in a direct message.',
    )
    const [notice] = await places.read(dm)
    expect(notice?.content).toMatch(/take a break from me there, until <t:\d+:f>.*vote restore me/s)
    expect(textOf(await places.run(place, linus, 'countdown start', { to: 3 }))).toMatch(
      /take a break from me there/,
    )
    expect((await places.run(place, linus, 'countdown start', { to: 3 })).ephemeral).toBe(true)
    expect(await database.query('SELECT FROM tasks WHERE channel_id = $1', [place.channelId])).toEqual([])

    await places.run(place, linus, 'vote restore', { member: linus })
    const plea = await places.openVote(place)
    for (const who of [ada, grace, ken]) await places.click(plea, who, 0)
    await eventually('the restore', async () =>
      (await places.resultIn(place)).embeds[0]?.description?.includes(`<@${linus}> can use me again`),
    )
    await places.say(place, linus, 'count to 3')
    await eventually('the count', async () => (await places.read(place.channelId)).at(-1)?.content === '3')
  })

  it('is refused about administrators, bots, strangers and oneself', async () => {
    const place = await places.newPlace(4)
    const [owner = '', grace = ''] = place.people
    const challenge = async (member: string) =>
      textOf(await places.run(place, grace, 'vote challenge', { member, reason: 'because' }))
    expect(await challenge(owner)).toMatch(/administrator of this server and cannot be challenged/)
    expect(await challenge(world.application.botUserId)).toMatch(/is a bot/)
    expect(await challenge(grace)).toMatch(/cannot challenge yourself/)
    const stranger = world.users.find(user => !place.people.includes(user.id))?.id ?? ''
    expect((await places.answerTo(place, grace, `vote challenge <@${stranger}> because`)).content).toMatch(
      /is no member of this server/,
    )
    expect((await places.answerTo(place, grace, `vote challenge <@${place.people[2]}>`)).content).toMatch(
      /Please give me a reason/,
    )
  })

  it('without enough votes restrains nobody, and another is refused until a stated time', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', , linus = ''] = place.people
    await places.run(place, ada, 'vote challenge', { member: linus, reason: 'perhaps', early: false })
    expect(
      textOf(await places.run(place, grace, 'vote challenge', { member: linus, reason: 'too' })),
    ).toMatch(/is still open/)
    await places.click(await places.openVote(place), ada, 0)
    await letTimePass(place)
    expect((await places.resultIn(place)).embeds[0]?.description).toContain(
      'Too few voted: 1, where it took 3. So nothing changes',
    )
    expect(
      await database.query(`SELECT FROM events WHERE type = 'Challenge' AND metadata ->> 'guildId' = $1`, [
        place.guildId,
      ]),
    ).toEqual([])
    expect(
      textOf(await places.run(place, ada, 'vote challenge', { member: linus, reason: 'again' })),
    ).toMatch(/You have started a challenge not long ago.*<t:\d+:f>/)
    expect(
      textOf(await places.run(place, grace, 'vote challenge', { member: linus, reason: 'again' })),
    ).toMatch(/There was a challenge in this server just now.*<t:\d+:f>/)
    await places.run(place, ada, 'vote settings', { 'server-wait-minutes': 0 })
    expect(
      textOf(await places.run(place, grace, 'vote challenge', { member: linus, reason: 'again' })),
    ).toMatch(/There was such a vote about <@\d+> not long ago/)
  })

  it('is vetoed by a moderator, for all to read, and by nobody else', async () => {
    const place = await places.newPlace(4)
    const [owner = '', grace = '', ken = '', linus = ''] = place.people
    await places.run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' })
    await places.openVote(place)
    expect(textOf(await places.run(place, ken, 'vote veto', { reason: 'no' }))).toMatch(/Only moderators/)
    expect(
      textOf(await places.run(place, owner, 'vote veto', { reason: 'settled among themselves' })),
    ).toMatch(/is vetoed/)
    expect((await places.resultIn(place)).embeds[0]?.description).toContain(
      `Vetoed by the moderator <@${owner}>: settled among themselves`,
    )
  })
})

describe('settings', () => {
  it('are shown to all, changed by administrators, and hold from the next vote on', async () => {
    const place = await places.newPlace(4)
    const [owner = '', grace = '', , linus = ''] = place.people
    expect(textOf(await places.run(place, grace, 'vote settings'))).toMatch(/`quorum-percent` \*\*33\*\*/)
    expect(textOf(await places.run(place, grace, 'vote settings', { 'quorum-percent': 80 }))).toMatch(
      /Only administrators/,
    )
    expect(textOf(await places.run(place, owner, 'vote settings', { 'fewest-active': 50 }))).toMatch(
      /`fewest-active` \*\*50\*\* \(otherwise 3\)/,
    )
    expect(
      textOf(await places.run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' })),
    ).toMatch(/and it needs 50/)
    await places.run(place, owner, 'vote settings', {
      'fewest-active': 3,
      'account-age-days': 365,
      'distinct-days': 2,
    })
    expect((await places.answerTo(place, owner, 'vote settings quorum-percent 900')).content).toMatch(
      /from 5 to 100, not “900”/,
    )
    expect(
      textOf(await places.run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' })),
    ).toMatch(/You cannot start this vote yet: you must have been active here on 2 days/)
  })
})
