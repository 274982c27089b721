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
import { startBot } from './running-bot.ts'

const TEXT_CHANNEL = 0

type Attachment = { filename: string; contentType: string; description?: string; url: string }
type Embed = { description?: string; footer?: { text: string }; image?: { url: string } }
type Message = {
  id: string
  channelId: string
  authorId: string
  content: string
  embeds: Embed[]
  components: { components: { custom_id: string; label: string }[] }[]
  attachments: Attachment[]
  mentions: string[]
}
type Interaction = { acknowledgedAfterMs: number | null; ephemeral: boolean; messages: Message[] }

let sandbox: Sandbox
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
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

type Place = { guildId: string; channelId: string; people: string[] }

/** A server of its own with these many members, the first of whom owns it; all have just written to the bot. */
async function newPlace(count = 4, active = count): Promise<Place> {
  const people = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const made = await sandbox.control<{ id: string }>('POST', '/sandbox/users', {
        username: `Person ${at}`,
      })
      return made.id
    }),
  )
  const guild = await sandbox.control<SandboxWorld['guilds'][0]>('POST', '/sandbox/guilds', {
    name: 'Parliament',
    memberIds: people,
  })
  const [channelId = '', elsewhere = ''] = guild.channels
    .filter(channel => channel.type === TEXT_CHANNEL)
    .map(channel => channel.id)
  const place = { guildId: guild.id, channelId, people }
  for (const person of people.slice(0, active)) await say({ ...place, channelId: elsewhere }, person, 'hello')
  await eventually('all are active', async () => {
    const seen = await database.query(
      `SELECT FROM events WHERE type = 'UserActive' AND metadata ->> 'guildId' = $1`,
      [guild.id],
    )
    return seen.length === active
  })
  return place
}

const say = (place: Place, person: string, words: string) =>
  sandbox.write(place.channelId, person, `<@${world.application.botUserId}> ${words}`)

const read = async (channelId: string): Promise<Message[]> => {
  const messages = (await sandbox.messages(channelId)) as unknown as Message[]
  return messages.filter(message => message.authorId === world.application.botUserId)
}

/** What the bot answers to a message. */
async function answerTo(place: Place, person: string, words: string): Promise<Message> {
  const { id } = await say(place, person, words)
  return eventually(`an answer to ${words}`, async () =>
    (await read(place.channelId)).find(message => BigInt(message.id) > BigInt(id)),
  )
}

const answered = ({ id }: { id: string }) =>
  eventually('an answer', async () => {
    const found = await sandbox.control<Interaction>('GET', `/sandbox/interactions/${id}`)
    return found.messages.some(message => message.content !== '') && found
  })

const run = async (place: Place, userId: string, command: string, options: Record<string, unknown> = {}) =>
  answered(
    await sandbox.control<{ id: string }>('POST', '/sandbox/interactions', {
      userId,
      channelId: place.channelId,
      command,
      options,
    }),
  )

const textOf = ({ messages }: Interaction) => messages[0]?.content ?? ''

const openVote = (place: Place) =>
  eventually('the vote', async () =>
    (await read(place.channelId)).findLast(message => message.components.length > 0),
  )

const buttonsOf = (vote: Message) => vote.components.flatMap(row => row.components)

async function click(vote: Message, userId: string, choice: number): Promise<Interaction> {
  return answered(
    await sandbox.control<{ id: string }>('POST', '/sandbox/components', {
      userId,
      messageId: vote.id,
      customId: buttonsOf(vote)[choice]?.custom_id,
    }),
  )
}

const resultIn = (place: Place) =>
  eventually('the result', async () =>
    (await read(place.channelId)).findLast(message => message.content.includes('Result of vote')),
  )

/** Makes the database's clock pass the end of all votes of a server. */
const letTimePass = (place: Place) =>
  database.query('UPDATE votes SET closes_at = now() WHERE guild_id = $1 AND outcome IS NULL', [
    place.guildId,
  ])

describe('a question', () => {
  it('is asked, answered by button, changed, and told with a chart', async () => {
    const place = await newPlace(4)
    const [ada = '', grace = '', ken = '', linus = ''] = place.people
    const told = await run(place, ada, 'vote ask', {
      question: 'Pizza or *pasta* @everyone?',
      option1: 'Pizza',
      option2: 'Pasta',
      duration: '2h',
    })
    expect(told).toMatchObject({
      ephemeral: true,
      messages: [{ content: expect.stringMatching(/^Vote \d+ is open\.$/) }],
    })
    const vote = await openVote(place)
    expect(vote.content).toContain('Pizza or \\*pasta\\* @everyone?')
    expect(vote.mentions).toEqual([])
    expect(vote.embeds[0]?.description).toContain('4 members may vote')
    expect(vote.embeds[0]?.description).toContain('It counts when 2 of them vote')
    expect(buttonsOf(vote).map(button => button.label)).toEqual(['Pizza', 'Pasta'])

    const first = await click(vote, ada, 0)
    expect(first).toMatchObject({ ephemeral: true })
    expect(first.acknowledgedAfterMs).toBeLessThan(3_000)
    expect(textOf(first)).toMatch(/Your ballot is in: \*\*A\*\* Pizza. You can change it/)
    await click(vote, grace, 0)
    await click(vote, ken, 1)
    await click(vote, linus, 1)
    await click(vote, ada, 1)
    await letTimePass(place)

    const result = await resultIn(place)
    expect(result.embeds[0]?.description).toContain('**Pasta** has won, with 3 of 4')
    expect(result.embeds[0]?.description).toContain(`<@${ken}> <@${linus}> <@${ada}>`)
    expect(result.embeds[0]?.footer?.text).toMatch(/^Record \d+ · 4 of 4 voted · quorum 2$/)
    expect(result.mentions).toEqual([])
    expect(result.attachments).toMatchObject([
      { contentType: 'image/png', description: expect.stringContaining('B Pasta: 3 (75%), won') },
    ])
    await eventually('no buttons any more', async () => {
      const after = (await read(place.channelId)).find(message => message.id === vote.id)
      return after?.components.length === 0 && after.content.includes('has ended')
    })
    expect(
      textOf(
        await click(vote, ada, 0).catch(() => ({ messages: [{ content: 'has ended' }] }) as Interaction),
      ),
    ).toMatch(/has ended/)
  })

  it('that is secret tells nobody who voted for what, also not in the database once the audit window is over', async () => {
    const place = await newPlace(3)
    const [ada = '', grace = '', ken = ''] = place.people
    await say(place, ada, 'vote ask Shall we? | Yes | No | for 1h secret early')
    const vote = await openVote(place)
    for (const who of [ada, grace]) await click(vote, who, 0)
    const result = await resultIn(place)
    const everything = JSON.stringify([
      await read(place.channelId),
      await database
        .query(`SELECT * FROM events`)
        .then(rows => rows.map(row => Object.values(row).map(String))),
    ])
    expect(result.embeds[0]?.description).toContain('**Yes** has won, with 2 of 2')
    for (const who of [grace, ken]) expect(JSON.stringify(result)).not.toContain(who)
    expect(everything).not.toContain('vote:ballot')
    const [{ before } = { before: 0 }] = await database.query<{ before: number }>(
      'SELECT count(*)::int AS before FROM ballots JOIN votes ON votes.id = vote_id WHERE guild_id = $1',
      [place.guildId],
    )
    expect(before).toBe(2)
    expect(
      textOf(await run(place, ken, 'vote status', { id: /vote (\d+)/.exec(result.content)?.[1] })),
    ).toMatch(/\*\*Yes\*\* has won/)
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
    const place = await newPlace(2)
    expect((await answerTo(place, place.people[0] ?? '', words)).content).toContain(answer)
  })

  it('is refused where too few are active', async () => {
    const place = await newPlace(4, 1)
    const answer = await answerTo(place, place.people[0] ?? '', 'vote ask Lonely? | A | B')
    expect(answer.content).toContain('Too few members are active for this vote: 1, and it needs 2')
  })

  it('is taken back by who asked it, and by nobody else', async () => {
    const place = await newPlace(3)
    const [ada = '', grace = ''] = place.people
    await say(place, ada, 'vote ask Really? | A | B')
    await openVote(place)
    expect(textOf(await run(place, grace, 'vote retract'))).toMatch(/no such vote open/)
    expect(textOf(await run(place, ada, 'vote retract'))).toMatch(/is retracted/)
    expect((await resultIn(place)).embeds[0]?.description).toContain(`Retracted by <@${ada}>`)
  })

  it('takes no ballot from somebody who was not active when it opened, and says why', async () => {
    const place = await newPlace(4, 3)
    const [ada = '', , , late = ''] = place.people
    await say(place, ada, 'vote ask Who? | A | B')
    const refused = await click(await openVote(place), late, 0)
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
    const place = await newPlace(4)
    const [ada = '', grace = '', ken = '', linus = ''] = place.people
    await run(place, ada, 'vote challenge', { member: linus, reason: 'spams the count' })
    const vote = await openVote(place)
    expect(vote.embeds[0]?.description).toContain('**Reason:** spams the count')
    expect(textOf(await click(vote, linus, 1))).toMatch(/about you/)
    for (const who of [ada, grace, ken]) await click(vote, who, 0)
    expect((await resultIn(place)).embeds[0]?.description).toContain(
      `Passed, 3 to 0: <@${linus}> takes a break`,
    )

    const { id: dm } = await sandbox.control<{ id: string }>('POST', '/sandbox/dms', { userId: linus })
    expect((await answerTo(place, linus, 'count to 3')).content).toBe(
      'I have answered you in a direct message.',
    )
    const [notice] = await read(dm)
    expect(notice?.content).toMatch(/take a break from me here, until <t:\d+:f>.*vote restore me/s)
    expect(textOf(await run(place, linus, 'countdown start', { to: 3 }))).toMatch(/take a break from me here/)
    expect((await run(place, linus, 'countdown start', { to: 3 })).ephemeral).toBe(true)
    expect(await database.query('SELECT FROM tasks WHERE channel_id = $1', [place.channelId])).toEqual([])

    await run(place, linus, 'vote restore', { member: linus })
    const plea = await openVote(place)
    for (const who of [ada, grace, ken]) await click(plea, who, 0)
    await eventually('the restore', async () =>
      (await resultIn(place)).embeds[0]?.description?.includes(`<@${linus}> can use me again`),
    )
    await say(place, linus, 'count to 3')
    await eventually('the count', async () => (await read(place.channelId)).at(-1)?.content === '3')
  })

  it('is refused about administrators, bots, strangers and oneself', async () => {
    const place = await newPlace(4)
    const [owner = '', grace = ''] = place.people
    const challenge = async (member: string) =>
      textOf(await run(place, grace, 'vote challenge', { member, reason: 'because' }))
    expect(await challenge(owner)).toMatch(/administrator of this server and cannot be challenged/)
    expect(await challenge(world.application.botUserId)).toMatch(/is a bot/)
    expect(await challenge(grace)).toMatch(/cannot challenge yourself/)
    const stranger = world.users.find(user => !place.people.includes(user.id))?.id ?? ''
    expect((await answerTo(place, grace, `vote challenge <@${stranger}> because`)).content).toMatch(
      /is no member of this server/,
    )
    expect((await answerTo(place, grace, `vote challenge <@${place.people[2]}>`)).content).toMatch(
      /Please give me a reason/,
    )
  })

  it('without enough votes restrains nobody, and another is refused until a stated time', async () => {
    const place = await newPlace(4)
    const [ada = '', grace = '', , linus = ''] = place.people
    await run(place, ada, 'vote challenge', { member: linus, reason: 'perhaps', early: false })
    expect(textOf(await run(place, grace, 'vote challenge', { member: linus, reason: 'too' }))).toMatch(
      /is still open/,
    )
    await click(await openVote(place), ada, 0)
    await letTimePass(place)
    expect((await resultIn(place)).embeds[0]?.description).toContain(
      'Too few voted: 1, where it took 3. So nothing changes',
    )
    expect(
      await database.query(`SELECT FROM events WHERE type = 'Challenge' AND metadata ->> 'guildId' = $1`, [
        place.guildId,
      ]),
    ).toEqual([])
    expect(textOf(await run(place, ada, 'vote challenge', { member: linus, reason: 'again' }))).toMatch(
      /You have started a challenge not long ago.*<t:\d+:f>/,
    )
    expect(textOf(await run(place, grace, 'vote challenge', { member: linus, reason: 'again' }))).toMatch(
      /There was a challenge in this server just now.*<t:\d+:f>/,
    )
    await run(place, ada, 'vote settings', { 'server-wait-minutes': 0 })
    expect(textOf(await run(place, grace, 'vote challenge', { member: linus, reason: 'again' }))).toMatch(
      /There was such a vote about <@\d+> not long ago/,
    )
  })

  it('is vetoed by a moderator, for all to read, and by nobody else', async () => {
    const place = await newPlace(4)
    const [owner = '', grace = '', ken = '', linus = ''] = place.people
    await run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' })
    await openVote(place)
    expect(textOf(await run(place, ken, 'vote veto', { reason: 'no' }))).toMatch(/Only moderators/)
    expect(textOf(await run(place, owner, 'vote veto', { reason: 'settled among themselves' }))).toMatch(
      /is vetoed/,
    )
    expect((await resultIn(place)).embeds[0]?.description).toContain(
      `Vetoed by the moderator <@${owner}>: settled among themselves`,
    )
  })
})

describe('settings', () => {
  it('are shown to all, changed by administrators, and hold from the next vote on', async () => {
    const place = await newPlace(4)
    const [owner = '', grace = '', , linus = ''] = place.people
    expect(textOf(await run(place, grace, 'vote settings'))).toMatch(/`quorum-percent` \*\*33\*\*/)
    expect(textOf(await run(place, grace, 'vote settings', { 'quorum-percent': 80 }))).toMatch(
      /Only administrators/,
    )
    expect(textOf(await run(place, owner, 'vote settings', { 'fewest-active': 50 }))).toMatch(
      /`fewest-active` \*\*50\*\* \(otherwise 3\)/,
    )
    expect(textOf(await run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' }))).toMatch(
      /and it needs 50/,
    )
    await run(place, owner, 'vote settings', {
      'fewest-active': 3,
      'account-age-days': 365,
      'distinct-days': 2,
    })
    expect((await answerTo(place, owner, 'vote settings quorum-percent 900')).content).toMatch(
      /from 5 to 100, not “900”/,
    )
    expect(textOf(await run(place, grace, 'vote challenge', { member: linus, reason: 'perhaps' }))).toMatch(
      /You cannot start this vote yet: you must have been active here on 2 days/,
    )
  })
})
