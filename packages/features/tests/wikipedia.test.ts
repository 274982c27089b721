import { type Database, openDatabase } from '@shardlight/database'
import { createChangeStore, dayOf, readRecentChange } from '@shardlight/recent-changes'
import { eventually, type Sandbox, type SandboxWorld, startSandbox, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlaces, type Message, type Place, textOf } from './places.ts'
import { startBot } from './running-bot.ts'

let sandbox: Sandbox
let world: SandboxWorld
let database: Database
let places: ReturnType<typeof createPlaces>
let place: Place
let scope: AsyncDisposableStack

const noon = `${dayOf(new Date())}T00:00:01.000Z`

async function store(events: Record<string, unknown>[]) {
  const changes = events.flatMap((event, at) => {
    const read = readRecentChange(
      JSON.stringify({
        server_name: 'es.wikipedia.org',
        type: 'edit',
        ...event,
        meta: { id: `id-${at}-${event['title']}`, dt: noon, ...(event['meta'] as object) },
      }),
    )
    return 'change' in read ? [read.change] : []
  })
  const changeStore = createChangeStore(database)
  await changeStore.ensureDays(new Set(changes.map(change => dayOf(change.at))))
  await changeStore.insert(database, changes)
}

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  sandbox = opened.use(await startSandbox({ guilds: 1 }))
  world = await sandbox.world()
  opened.use(await startBot({ sandbox, databaseUrl: scratch.url, environment: { MESSAGE_CONTENT: 'true' } }))
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  places = createPlaces({ sandbox, world, database })
  place = await places.newPlace(2)
  await store([
    {
      title: 'Faro_[evil](https://x) **bold**',
      user: '@everyone',
      comment: 'see https://x.example `code` <@1>',
      length: { old: 100, new: 58 },
      bot: false,
      namespace: 0,
    },
    ...Array.from({ length: 14 }, (_, at) => ({
      title: `Página ${at}`,
      user: 'Ada',
      length: { old: 1, new: 2 + at },
      bot: at % 2 === 0,
      namespace: 0,
    })),
    { title: 'Nueva', type: 'new', length: { new: 10 }, bot: false },
    { title: 'Registro', type: 'log', bot: true },
  ])
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

const write = async (words: string): Promise<Message> => {
  const { id } = await sandbox.write(place.channelId, place.people[0] ?? '', words)
  return eventually(`an answer to ${words}`, async () =>
    (await places.read(place.channelId)).find(message => BigInt(message.id) > BigInt(id)),
  )
}
const linesOf = (message: Message | undefined) =>
  (message?.embeds[0]?.description ?? '').split('\n').filter(line => line.startsWith('<t:'))

describe('somebody who follows Wikipedia', () => {
  it('chooses a language for the server, with the bare style, by code or name', async () => {
    expect((await write('!setLang Spansh')).content).toContain('Did you mean es (español)')
    expect((await write('!setLang es')).content).toContain('**español** (es) it is, in this server')
    expect((await write('!setLang')).content).toContain('Now it is español (es)')
    const direct = await places.run(place, place.people[1] ?? '', 'wikipedia language', {
      language: 'Deutsch',
    })
    expect(textOf(direct)).toContain('**Deutsch** (de) it is')
    await write('!setLang es')
  })

  it('sees the newest changes, which neither format, mention nor embed', async () => {
    const message = await write('!recent 100')
    expect(linesOf(message)).toHaveLength(10)
    const all = await write('!recent es 1')
    expect(all.content).toBe('The newest changes in **español** Wikipedia')
    const slash = await places.run(place, place.people[0] ?? '', 'wikipedia recent', {
      n: 100,
      type: 'edit',
      bots: false,
    })
    const text = slash.messages[0]?.embeds[0]?.description ?? ''
    expect(text).toContain('\\[evil\\](https:\u200b//x) \\*\\*bold\\*\\*](https://es.wikipedia.org/wiki/')
    expect(text).toContain('**\u221242**')
    expect(text).toContain('see https:\u200b//x.example \\`code\\` \\<@1>')
    expect(slash.messages[0]?.mentions).toEqual([])
    expect(linesOf(slash.messages[0])).toHaveLength(8)
  })

  it('turns the pages without repeats, whatever came meanwhile', async () => {
    const first = await places.run(place, place.people[0] ?? '', 'wikipedia recent', {
      n: 17,
      language: 'es',
    })
    await store([{ title: 'Más nueva', meta: { id: 'newer', dt: new Date().toISOString() } }])
    const next = await places.click(first.messages[0] as Message, place.people[0] ?? '', 0)
    const shown = [...linesOf(first.messages[0]), ...linesOf(next.messages[0])]
    expect(shown).toHaveLength(17)
    expect(new Set(shown).size).toBe(17)
    expect(shown.join()).not.toContain('Más nueva')
  })

  it('sees what a day had, people and bots apart, and what of it is unknown', async () => {
    const message = await write('!stats')
    const text = message.embeds[0]?.description ?? ''
    expect(text).toMatch(/\*\*Edits:\*\* \d+ by people, 7 by bots/)
    expect(text).toMatch(/\*\*New pages:\*\* 1 by people, 0 by bots/)
    expect(text).toMatch(/\*\*Log entries:\*\* 0 by people, 1 by bots/)
    expect(text).toMatch(/\*\*Incomplete:\*\* nothing is known of 00:00–24:00 UTC/)
    expect(text).toMatch(/So far, until \d\d:\d\d UTC/)
    expect(message.attachments).toMatchObject([
      {
        contentType: 'image/png',
        description: expect.stringMatching(/^Bar chart by hour, es\.wikipedia\.org/),
      },
    ])
  })

  it.each([
    ['!recent 101', 'I can show 1 to 100 changes, not 101'],
    ['!recent 0', 'I can show 1 to 100 changes, not 0'],
    ['!recent tlhingan 5', 'I know no Wikipedia in “tlhingan”'],
    ['!stats 2026-02-30', '“2026-02-30” is no day'],
    ['!stats 0001-01-01', 'Wikipedia began on 2001-01-15'],
    ['!stats 2099-01-01', '2099-01-01 has not come yet'],
    ['!stats 2001-01-15', 'I know of no change in español Wikipedia on 2001-01-15'],
  ])('is told about “%s” what to do', async (words, answer) => {
    expect((await write(words)).content).toContain(answer)
  })
})
