import { type Database, openDatabase, type Queryable } from '@shardlight/database'
import { createChangeStore, dayOf, readRecentChange } from '@shardlight/recent-changes'
import {
  eventually,
  type Program,
  type Sandbox,
  type SandboxMessage,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPlaces, type Interaction, type Message, type Place, textOf } from './places.ts'
import { startBot } from './running-bot.ts'

let sandbox: Sandbox
let database: Database
let databaseUrl: string
let places: ReturnType<typeof createPlaces>
let scope: AsyncDisposableStack
let bot: Program | undefined
let shared: Place
let processId = 0

/** Another process of the same shard, as after a rolling restart. */
async function bringUp(): Promise<void> {
  processId += 1
  bot = await startBot({ sandbox, databaseUrl, environment: { PROCESS_ID: String(processId) } })
}

async function kill(): Promise<void> {
  bot?.child.kill('SIGKILL')
  await bot?.exited
}

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  databaseUrl = scratch.url
  sandbox = opened.use(await startSandbox({ guilds: 1, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
  await bringUp()
  opened.defer(() => bot?.[Symbol.asyncDispose]())
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  places = createPlaces({ sandbox, world: await sandbox.world(), database })
  shared = await places.newPlace(1)
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())
afterEach(() => sandbox.control('DELETE', '/sandbox/faults'))

type Event = Record<string, unknown> & { meta?: { id?: string; dt?: string } }
let lastEvent = 0

const read = (events: Event[]) =>
  events.flatMap(event => {
    lastEvent += 1
    const read = readRecentChange(
      JSON.stringify({
        server_name: 'en.wikipedia.org',
        type: 'edit',
        user: 'Ada',
        bot: false,
        ...event,
        meta: { id: `change-${lastEvent}`, dt: new Date().toISOString(), ...event.meta },
      }),
    )
    return 'change' in read ? [read.change] : []
  })

/** As the ingester does. */
async function store(events: Event[], tx: Queryable = database): Promise<void> {
  const changes = read(events)
  const changeStore = createChangeStore(database)
  await changeStore.ensureDays(new Set(changes.map(change => dayOf(change.at))))
  await changeStore.insert(tx, changes)
}

const owner = (place: Place) => place.people[0] ?? ''

const follow = async (place: Place, options: Record<string, unknown>) =>
  textOf(await places.run(place, owner(place), 'wikipedia follow', options))

type Told = Message & SandboxMessage
const told = async (channelId: string) =>
  ((await places.read(channelId)) as Told[]).filter(message => message.content.startsWith('**Followed on'))

const tellings = (place: { channelId: string }, count: number) =>
  eventually(
    `${count} messages about what is followed`,
    async () => {
      const found = await told(place.channelId)
      return found.length >= count && found
    },
    { withinMs: 20_000 },
  )

const linesOf = (message: Message | undefined) => (message?.embeds[0]?.description ?? '').split('\n')
const all = (messages: Message[]) => messages.map(message => message.embeds[0]?.description).join('\n')

/** Lets the time until the next message, and the lease of a dead process, be over. */
const hurry = ({ channelId }: { channelId: string }) =>
  database.query(
    `UPDATE wikipedia_follow_channels SET next_post_at = now(), lease_until = least(lease_until, now()) WHERE channel_id = $1`,
    [channelId],
  )

const channel = async ({ channelId }: { channelId: string }) => {
  const [row] = await database.query<{ attempts: number; waiting: bigint; leftMs: number }>(
    `SELECT attempts, (SELECT count(*) FROM wikipedia_follow_changes WHERE channel_id = $1) AS waiting,
            (extract(epoch FROM next_post_at - now()) * 1000)::float8 AS "leftMs"
     FROM wikipedia_follow_channels WHERE channel_id = $1`,
    [channelId],
  )
  return row
}
const isIdle = (place: { channelId: string }) =>
  eventually('nothing waits', async () => {
    const row = await channel(place)
    return row?.waiting === 0n && row.attempts === 0
  })

describe('what a channel follows', () => {
  it('is told there, and neither formats, mentions nor embeds', async () => {
    const place = await places.newPlace(2)
    expect(await follow(place, { page: 'faro_**bold**' })).toMatch(
      /^I follow the page \*\*Faro \\\*\\\*bold\\\*\\\*\*\* on English Wikipedia, and tell here what changes/,
    )
    await store([
      {
        title: 'Faro **bold**',
        user: '@everyone',
        comment: 'see https://x.example `code` <@1> [evil](https://x)',
        length: { old: 100, new: 58 },
      },
      { title: 'Another page' },
      { title: 'Faro **bold**', server_name: 'es.wikipedia.org' },
      { title: 'Faro **bold**', server_name: 'en.wiktionary.org' },
    ])
    const [message] = await tellings(place, 1)
    expect(message?.content).toMatch(/^\*\*Followed on Wikipedia\*\* · until <t:\d+:T>$/)
    const [line, comment, ...others] = linesOf(message)
    expect(others).toEqual([])
    expect(line).toContain(
      '[Faro \\*\\*bold\\*\\*](https://en.wikipedia.org/wiki/Faro_%2a%2abold%2a%2a) · @everyone · **\u221242**',
    )
    expect(comment).toBe('-# see https:\u200b//x.example \\`code\\` \\<@1> \\[evil\\](https:\u200b//x)')
    expect(message?.mentions).toEqual([])
  })

  it('is gathered: one message for all of a channel, a page’s changes in one line, ten lines at most', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Física', language: 'Español' })
    await follow(place, { category: 'Category:Faros', language: 'es', bots: false })
    const es = { server_name: 'es.wikipedia.org' }
    const inCategory = { ...es, type: 'categorize', title: 'Categoría:Faros', namespace: 14 }
    await database.transaction(async tx => {
      await store(
        [
          { ...es, title: 'Física', length: { old: 10, new: 20 }, meta: { dt: '2026-11-20T10:00:00Z' } },
          { ...es, title: 'Física', length: { old: 20, new: 15 }, meta: { dt: '2026-11-20T10:00:01Z' } },
          ...Array.from({ length: 14 }, (_, at) => ({
            ...inCategory,
            comment: `[[:Faro ${at}]] added to category`,
            meta: { dt: `2026-11-20T09:00:${at + 10}Z` },
          })),
          { ...inCategory, bot: true, comment: '[[:By a bot]] added to category' },
          { ...es, title: 'Categoría:Faros', comment: 'an edit of the page itself' },
        ],
        tx,
      )
    })
    const [message] = await tellings(place, 1)
    const lines = linesOf(message)
    expect(lines[0]).toMatch(/^\*\*2 changes\*\*, the last: <t:\d+:f> \[Física\].* · Ada · \*\*\+5\*\*$/)
    expect(lines[2]).toBe('-# \\[\\[:Faro 13\\]\\] added to category')
    expect(lines.at(-1)).toBe('and 5 more')
    expect(lines.filter(line => line.includes('[Categoría:Faros]'))).toHaveLength(9)
    expect(all([message as Message])).not.toMatch(/By a bot|the page itself/)
    await isIdle(place)
    expect(await told(place.channelId)).toHaveLength(1)
  })

  it('comes in one message in ten seconds, and of what came between nothing is lost', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    await store([{ title: 'Physics', comment: 'first' }])
    await tellings(place, 1)
    await isIdle(place)
    expect((await channel(place))?.leftMs).toBeGreaterThan(7_000)
    for (const comment of ['second', 'third']) await store([{ title: 'Physics', comment }])
    const [first, second] = await tellings(place, 2)
    expect((second?.sentAtMs ?? 0) - (first?.sentAtMs ?? 0)).toBeGreaterThanOrEqual(10_000)
    expect(linesOf(second)[0]).toMatch(/^\*\*2 changes\*\*/)
  })

  it('is told also when it comes late, or is stored beside what is already there', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    // Of another wiki, or the two would wait for one another's counts.
    await follow(place, { page: 'Química', language: 'es' })
    await store([{ title: 'Physics', comment: 'in time' }])
    await tellings(place, 1)
    await isIdle(place)
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    await database.transaction(async tx => {
      await store([{ title: 'Physics', comment: 'late, and slow to be stored', meta: { dt: hourAgo } }], tx)
      await store([{ title: 'Química', server_name: 'es.wikipedia.org', comment: 'meanwhile' }])
      const [now] = await database.query<{ at: Date }>('SELECT clock_timestamp() AS at')
      await eventually('it was looked for', async () => {
        const looked = await database.query('SELECT FROM wikipedia_follow_position WHERE moved_at > $1', [
          now?.at,
        ])
        return looked.length > 0
      })
    })
    await hurry(place)
    await eventually('both', async () => {
      const text = all(await told(place.channelId))
      await hurry(place)
      return text.includes('late, and slow') && text.includes('meanwhile')
    })
    await isIdle(place)
    const text = all(await told(place.channelId))
    for (const once of ['in time', 'late, and slow', 'meanwhile']) expect(text.split(once)).toHaveLength(2)
  })

  it('is told once when the same change is stored again', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    const event = { title: 'Physics', meta: { id: 'again', dt: '2026-11-20T10:00:00Z' } }
    await store([event])
    await tellings(place, 1)
    await store([event, { title: 'Physics', comment: 'another' }])
    await isIdle(place)
    await hurry(place)
    const [, second] = await tellings(place, 2)
    expect(linesOf(second)[0]).not.toMatch(/changes/)
  })

  it('is told from then on, also where what came before has not been looked through', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    await database.query(`UPDATE wikipedia_follow_position SET moved_at = now() + interval '1 hour'`)
    await database.transaction(async someone => {
      await someone.query('SELECT pg_current_xact_id()')
      await store([{ title: 'Chemistry', comment: 'too early' }])
      await follow(place, { page: 'Chemistry' })
      await store([{ title: 'Physics', comment: 'followed before' }])
      await store([{ title: 'Chemistry', comment: 'followed by now' }])
    })
    await database.query(`UPDATE wikipedia_follow_position SET moved_at = now() - interval '1 hour'`)
    const [message] = await tellings(place, 1)
    expect(linesOf(message).filter(line => line.startsWith('-#'))).toEqual([
      '-# followed by now',
      '-# followed before',
    ])
    expect(all([message as Message])).not.toContain('2 changes')
  })

  it('is told on where PostgreSQL was restored, and counts its transactions anew', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    for (const table of ['wikipedia_follow_position', 'wikipedia_follows'])
      await database.query(`UPDATE ${table} SET stored_from = '99999999999'`)
    await database.query(`UPDATE wikipedia_follows SET stored_after = '99999999999:99999999999:'`)
    await eventually('it is noticed', async () => {
      const [row] = await database.query<{ isPast: boolean }>(
        `SELECT stored_from <= pg_current_xact_id() AS "isPast" FROM wikipedia_follow_position`,
      )
      return row?.isPast
    })
    await store([{ title: 'Physics' }])
    await tellings(place, 1)
  })

  it('is only counted where more wait than anybody reads', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    await database.query(
      `UPDATE wikipedia_follow_channels SET next_post_at = now() + interval '1 hour' WHERE channel_id = $1`,
      [place.channelId],
    )
    await store(Array.from({ length: 150 }, () => ({ title: 'Physics' })))
    await eventually('they wait', async () => (await channel(place))?.waiting === 150n)
    await store(Array.from({ length: 150 }, () => ({ title: 'Physics' })))
    await eventually('the rest is counted', async () => {
      const [row] = await database.query<{ surplus: number }>(
        'SELECT surplus FROM wikipedia_follow_channels WHERE channel_id = $1',
        [place.channelId],
      )
      return row?.surplus === 100
    })
    expect((await channel(place))?.waiting).toBe(200n)
    await hurry(place)
    const [message] = await tellings(place, 1)
    expect(linesOf(message)[0]).toMatch(/^\*\*200 changes\*\*/)
    expect(linesOf(message).at(-1)).toBe('and 100 more')
  })

  it('can be in a direct message', async () => {
    const { people } = await places.newPlace(1)
    const [person = ''] = people
    const { id } = await sandbox.control<{ id: string }>('POST', '/sandbox/dms', { userId: person })
    await sandbox.write(id, person, 'wikipedia follow es:Física')
    const direct = { channelId: id }
    await eventually('an answer', async () =>
      (await places.read(id)).some(one => one.content.includes('I follow')),
    )
    await store([{ title: 'Física', server_name: 'es.wikipedia.org' }])
    expect(linesOf((await tellings(direct, 1))[0])[0]).toContain('es.wikipedia.org')
  })
})

describe('a process that dies', () => {
  it('before it looked leaves all to the next one', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    await kill()
    await store([{ title: 'Physics', comment: 'while nobody was there' }])
    await bringUp()
    await tellings(place, 1)
    await isIdle(place)
    expect(await told(place.channelId)).toHaveLength(1)
  })

  it.each(['rest-delay', 'lose-response'])(
    'with a message on its way (%s) has it there once, and nothing is missing',
    async kind => {
      const place = await places.newPlace(2)
      await follow(place, { page: 'Physics' })
      const route = `POST /channels/${place.channelId}/messages`
      await sandbox.control('POST', '/sandbox/faults', {
        kind,
        route,
        times: 1,
        ...(kind === 'rest-delay' && { ms: 1_500 }),
      })
      await store([{ title: 'Physics', comment: 'only once' }])
      if (kind === 'lose-response') await tellings(place, 1)
      else await eventually('it is tried', async () => ((await channel(place))?.attempts ?? 0) > 0)
      await kill()
      await store([{ title: 'Physics', comment: 'only afterwards' }])
      await bringUp()
      await hurry(place)
      await tellings(place, 1)
      await eventually('the rest', async () => {
        await hurry(place)
        return all(await told(place.channelId)).includes('only afterwards')
      })
      await isIdle(place)
      const messages = await told(place.channelId)
      expect(messages).toHaveLength(2)
      expect(all(messages).split('only once')).toHaveLength(2)
    },
  )

  it('after its message was taken, and is followed when Discord has forgotten the nonce, has it there once', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    const route = `POST /channels/${place.channelId}/messages`
    await sandbox.control('POST', '/sandbox/faults', { kind: 'lose-response', route, times: 5 })
    await store([{ title: 'Physics', comment: 'told before' }])
    await tellings(place, 1)
    await kill()
    await database.query(
      `UPDATE wikipedia_follow_channels SET batch = nextval('wikipedia_follow_batches') WHERE channel_id = $1`,
      [place.channelId],
    )
    expect((await channel(place))?.waiting).toBe(1n)
    await bringUp()
    await hurry(place)
    await isIdle(place)
    expect(await told(place.channelId)).toHaveLength(1)
  })

  it('stopped in good order loses nothing either', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    await store([{ title: 'Physics', comment: 'before the stop' }])
    await bot?.[Symbol.asyncDispose]()
    await store([{ title: 'Physics', comment: 'after the stop' }])
    await bringUp()
    await eventually('both', async () => {
      await hurry(place)
      const text = all(await told(place.channelId))
      return text.includes('after the stop') || text.includes('2 changes')
    })
    await isIdle(place)
    const [row] = await database.query<{ count: bigint }>(
      'SELECT count(*) FROM wikipedia_follow_changes WHERE channel_id = $1',
      [place.channelId],
    )
    expect(row?.count).toBe(0n)
  })
})

const expectOff = async (place: Place, reason: RegExp) => {
  const list = await eventually('it is switched off', async () => {
    const shown = await places.run(place, owner(place), 'wikipedia follows')
    return all(shown.messages).includes('Switched off') && shown
  })
  expect(linesOf(list.messages[0])[1]).toMatch(reason)
}

describe('a channel', () => {
  it('where the bot may not write is switched off, says why, and can be switched on again', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    const permissions = `/sandbox/channels/${place.channelId}/permissions`
    await sandbox.control('POST', permissions, { send: false })
    await store([{ title: 'Physics', comment: 'unheard' }])
    await expectOff(place, /^-# ⚠️ Switched off <t:\d+:R>: Missing Permissions\. Follow it again/)
    await sandbox.control('POST', permissions, {})
    await store([{ title: 'Physics', comment: 'while it was off' }])
    await follow(place, { page: 'Physics' })
    await store([{ title: 'Physics', comment: 'heard again' }])
    await hurry(place)
    const [message] = await tellings(place, 1)
    expect(linesOf(message)).toHaveLength(2)
    expect(all([message as Message])).toContain('heard again')
  })

  it('that is gone is not tried again', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    await sandbox.control('DELETE', `/sandbox/channels/${place.channelId}`)
    await store([{ title: 'Physics' }])
    await eventually('it is switched off', async () => {
      const [row] = await database.query<{ reason: string | null }>(
        'SELECT off_reason AS reason FROM wikipedia_follows WHERE channel_id = $1',
        [place.channelId],
      )
      return row?.reason === 'Unknown Channel'
    })
    expect((await channel(place))?.waiting).toBe(0n)
  })

  it('that Discord fails to serve is tried again, with all that came meanwhile', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    const route = `POST /channels/${place.channelId}/messages`
    await sandbox.control('POST', '/sandbox/faults', { kind: 'rest-status', status: 500, route, times: 100 })
    await store([{ title: 'Physics', comment: 'kept' }])
    await eventually('an attempt has failed', async () => {
      const row = await channel(place)
      return row !== undefined && row.attempts > 0 && row.leftMs > 0
    })
    await store([{ title: 'Physics', comment: 'and what came meanwhile' }])
    await sandbox.control('DELETE', '/sandbox/faults')
    await eventually('both', async () => {
      await hurry(place)
      const text = all(await told(place.channelId))
      return text.includes('kept') && text.includes('meanwhile')
    })
    expect(await told(place.channelId)).toHaveLength(2)
  })

  it('follows 25 at most', async () => {
    const place = await places.newPlace(2)
    for (let at = 1; at <= 25; at += 1) {
      expect(await follow(place, { page: `Page ${at}` })).toContain(`wikipedia unfollow ${at}`)
    }
    expect(await follow(place, { page: 'One more' })).toBe(
      '25 are followed here, which is as many as I can. Stop one of them first: wikipedia unfollow',
    )
    expect(await follow(place, { page: 'Page 7', bots: true })).toContain('only by bots')
    const list = await places.run(place, owner(place), 'wikipedia follows')
    expect(textOf(list)).toBe('Followed here, 25 of 25:')
    expect(linesOf(list.messages[0])).toHaveLength(25)
    expect(list.messages[0]?.components.flatMap(row => row.components)).toHaveLength(25)
  })

  it('stops following by number, title or button, and hears no more of it', async () => {
    const place = await places.newPlace(2)
    const say = async (words: string) => (await places.answerTo(place, owner(place), words)).content
    expect(await say('wikipedia follow Category:Physics')).toContain('category **Physics** on English')
    expect(await say('wikipedia follow es:Física')).toContain('page **Física** on español')
    expect(await say('wikipedia follow https://de.wikipedia.org/wiki/Physik')).toContain(
      '**Physik** on Deutsch',
    )
    expect(await say('wikipedia follow Chemistry')).toContain('wikipedia unfollow 4')
    expect(await say('wikipedia unfollow 4')).toBe(
      'I no longer follow the page **Chemistry** on English Wikipedia here.',
    )
    expect(await say('wikipedia unfollow física')).toContain('no longer follow the page **Física**')
    const asked = await places.run(place, owner(place), 'wikipedia unfollow')
    expect(textOf(asked)).toBe('Which one shall I stop following?')
    const pressed = await places.click(asked.messages[0] as Message, owner(place), 0)
    expect(textOf(pressed)).toContain('no longer follow the category **Physics**')
    const again = await places.click(asked.messages[0] as Message, owner(place), 0)
    expect(textOf(again)).toBe('That is not followed here. See what is: wikipedia follows')
    await store([
      { title: 'Chemistry' },
      { title: 'Physik', server_name: 'de.wikipedia.org', comment: 'the only one' },
    ])
    await tellings(place, 1)
    await isIdle(place)
    expect(linesOf((await told(place.channelId))[0])).toHaveLength(2)
  })
})

describe('somebody', () => {
  it('who may not manage the server or its channels can look, but not choose', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    const member = place.people[1] ?? ''
    const refused = /^Only members who may manage this server or its channels/
    expect(textOf(await places.run(place, member, 'wikipedia follow', { page: 'Chemistry' }))).toMatch(
      refused,
    )
    expect(textOf(await places.run(place, member, 'wikipedia unfollow', { what: '1' }))).toMatch(refused)
    expect((await places.answerTo(place, member, 'wikipedia follow Chemistry')).content).toMatch(refused)
    const list = await places.run(place, member, 'wikipedia follows')
    expect(all(list.messages)).toContain('page **Physics** on English Wikipedia')
    const button = await places.click(list.messages[0] as Message, member, 0)
    expect(textOf(button)).toMatch(refused)
  })

  it.each([
    [{}, 'Which page or category?'],
    [{ page: 'A', category: 'B' }, 'Either a page or a category'],
    [{ page: 'A|B' }, 'A title on Wikipedia holds none of'],
    [{ page: 'x'.repeat(256) }, 'at most 255 bytes'],
    [{ page: 'A', language: 'Spansh' }, 'Did you mean es (español)'],
    [
      { page: 'https://es.wikipedia.org/wiki/A', language: 'de' },
      'That is a title of español Wikipedia, not of Deutsch',
    ],
  ])('who asks for %j is told what to do', async (options, answer) => {
    expect(await follow(shared, options)).toContain(answer)
  })

  it('gets what they follow, and has it erased; what a server follows goes on', async () => {
    const place = await places.newPlace(2)
    await follow(place, { page: 'Physics' })
    const { id } = await sandbox.control<{ id: string }>('POST', '/sandbox/dms', { userId: owner(place) })
    const direct: Place = { ...place, channelId: id }
    await follow(direct, { page: 'Chemistry' })
    const exported = await places.run(direct, owner(place), 'privacy export')
    const file = await fetch(sandbox.url + exported.messages[0]?.attachments[0]?.url)
    expect(await file.json()).toMatchObject({
      wikipedia: {
        follows: [
          { guild: place.guildId, channel: place.channelId, title: 'Physics' },
          { guild: null, channel: id, title: 'Chemistry' },
        ],
      },
    })
    const asked: Interaction = await places.run(direct, owner(place), 'privacy delete')
    await places.click(asked.messages[0] as Message, owner(place), 0)
    expect(
      await database.query(
        'SELECT title, created_by AS by FROM wikipedia_follows WHERE channel_id = ANY ($1::bigint[])',
        [[place.channelId, id]],
      ),
    ).toEqual([{ title: 'Physics', by: null }])
    await store([{ title: 'Physics' }])
    await tellings(place, 1)
  })
})
