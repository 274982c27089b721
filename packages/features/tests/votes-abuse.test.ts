import { type Database, openDatabase } from '@shardlight/database'
import { eventually, type Sandbox, type SandboxWorld, startSandbox, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buttonsOf, createPlaces, type Message, type Place, textOf } from './places.ts'
import { startBot } from './running-bot.ts'

let sandbox: Sandbox
let places: ReturnType<typeof createPlaces>
let world: SandboxWorld
let database: Database
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

const letTimePass = (place: Place) =>
  database.query('UPDATE votes SET closes_at = now() WHERE guild_id = $1 AND outcome IS NULL', [
    place.guildId,
  ])
const descriptionOf = (message: Message) => message.embeds[0]?.description ?? ''

const restrain = async (place: Place, target: string) => {
  const voters = place.people.filter(person => person !== target)
  await places.run(place, place.people[0] ?? '', 'vote challenge', { member: target, reason: 'because' })
  const vote = await places.openVote(place)
  for (const voter of voters) await places.click(vote, voter, 0)
  await places.resultIn(place)
}

async function eraseData(place: Place, userId: string): Promise<void> {
  const asked = await places.run(place, userId, 'privacy delete')
  const pressed = await sandbox.control<{ id: string }>('POST', '/sandbox/components', {
    userId,
    messageId: asked.messages[0]?.id,
    customId: 'privacy:delete',
  })
  expect(textOf(await places.answered(pressed))).toMatch(/^Your data is erased/)
}

const challengeBy = async (place: Place, who: string, member: string, more: Record<string, unknown> = {}) =>
  textOf(await places.run(place, who, 'vote challenge', { member, reason: 'because', ...more }))

describe('a vote about a member', () => {
  it('is not held where not all can see it, nor over in a moment', async () => {
    const place = await places.newPlace(4)
    const [, grace = '', , linus = ''] = place.people
    const permissions = `/sandbox/channels/${place.channelId}/permissions`
    await sandbox.control('POST', permissions, { everyone: false })
    await eventually('the channel is private', async () =>
      /Not all members can see this channel/.test(await challengeBy(place, grace, linus)),
    )
    expect(await database.query('SELECT FROM votes WHERE guild_id = $1', [place.guildId])).toEqual([])
    await sandbox.control('POST', permissions, {})
    await eventually('it is public', async () =>
      /open for at least 10 minutes/.test(await challengeBy(place, grace, linus, { duration: '1m' })),
    )
    expect(await challengeBy(place, grace, linus)).toMatch(/Vote \d+ is open/)
  })

  it('that a friend takes back protects nobody from another', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', ken = '', linus = ''] = place.people
    await places.run(place, ada, 'vote settings', { 'server-wait-minutes': 0 })
    await challengeBy(place, grace, linus)
    expect(textOf(await places.run(place, grace, 'vote retract'))).toMatch(/is retracted/)
    await eraseData(place, grace)
    expect(await challengeBy(place, grace, linus)).toMatch(/You have started a challenge not long ago/)
    expect(await challengeBy(place, ken, linus)).toMatch(/Vote \d+ is open/)
  })

  it('that could not be posted counts for nobody', async () => {
    const place = await places.newPlace(4)
    const [, grace = '', , linus = ''] = place.people
    const permissions = `/sandbox/channels/${place.channelId}/permissions`
    await sandbox.control('POST', permissions, { send: false })
    expect(await challengeBy(place, grace, linus)).toMatch(/I may not write in this channel/)
    await sandbox.control('POST', permissions, {})
    expect(await challengeBy(place, grace, linus)).toMatch(/Vote \d+ is open/)
  })

  it('does not count the ballot of somebody who was restrained meanwhile', async () => {
    const place = await places.newPlace(4)
    const [ada = '', grace = '', , linus = ''] = place.people
    await places.say(place, ada, 'vote ask Tea? | Yes | No | for 1h open')
    const question = await places.openVote(place)
    await places.click(question, linus, 1)
    await places.click(question, ada, 0)
    await places.click(question, grace, 0)
    await restrain(place, linus)
    await letTimePass(place)
    const told = await eventually('the result', async () => {
      const result = await places.resultIn(place)
      return result.content.includes('Tea') && result
    })
    expect(told.embeds[0]?.description).toContain('**Yes** has won, with 2 of 2')
    expect(told.embeds[0]?.description).not.toContain(linus)
  })

  it('can be asked for once by whom it restrains, also after erasing all data', async () => {
    const place = await places.newPlace(4)
    const [, , , linus = ''] = place.people
    await restrain(place, linus)
    const plead = async () => textOf(await places.run(place, linus, 'vote restore', { member: linus }))
    expect(await plead()).toMatch(/Vote \d+ is open/)
    await letTimePass(place)
    await eventually('its end', async () => /Too few voted/.test(descriptionOf(await places.resultIn(place))))
    expect(await plead()).toMatch(/You have asked the members already/)
    await eraseData(place, linus)
    expect(await plead()).toMatch(/You have asked the members already/)
    expect((await places.answerTo(place, linus, 'vote restore me')).content).toBe(
      'I have answered you in a direct message.',
    )
  })

  it('cannot be dragged out to keep somebody away', async () => {
    const place = await places.newPlace(4)
    const [ada = '', , , linus = ''] = place.people
    await restrain(place, linus)
    const restore = { member: linus, duration: '9d' }
    expect(textOf(await places.run(place, ada, 'vote restore', restore))).toMatch(/open for 3 days at most/)
  })
})

describe('a question', () => {
  it('has no answers that cannot be seen or told apart', async () => {
    const place = await places.newPlace(2)
    const [ada = ''] = place.people
    const ask = (option2: string) =>
      places.run(place, ada, 'vote ask', { question: 'Which?', option1: 'A', option2 })
    expect(textOf(await ask('\u3164'))).toMatch(/Please give me/)
    expect(textOf(await ask('A\u200d'))).toMatch(/is there twice/)
    expect(textOf(await ask('Ａ'))).toMatch(/is there twice/)
    expect(textOf(await ask('B'))).toMatch(/is open/)
    expect(buttonsOf(await places.openVote(place))).toHaveLength(2)
  })
})
