import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '@shardlight/database'
import { type EventLog, openEventLog } from '@shardlight/event-log'
import { createLog } from '@shardlight/service'
import {
  eventually,
  type Program,
  runProgram,
  type Sandbox,
  startSandbox,
  testDatabase,
} from '@shardlight/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Click, createElections, type Election } from './elections.ts'
import { createPlaces } from './places.ts'
import { startBot } from './running-bot.ts'

const SHARDS = [0, 1]
const ON_TIME_MS = 2_000
const seed = Date.now() % 1_000_000
/** Milliseconds; the seed is in the titles, so that a moment that broke something can be had again. */
const moments = (min: number, max: number, numRuns: number) =>
  fc.sample(fc.integer({ min, max }), { seed, numRuns })

let sandbox: Sandbox
let databaseUrl: string
let database: Database
let eventLog: EventLog
let elections: ReturnType<typeof createElections>
let scope: AsyncDisposableStack
const bots = new Map<number, Program>()

async function bringUp(shard: number): Promise<void> {
  if (bots.has(shard)) return
  const environment = {
    SHARD_ID: String(shard),
    TOTAL_SHARDS: String(SHARDS.length),
    PROCESS_ID: String(shard),
  }
  bots.set(shard, await startBot({ sandbox, databaseUrl, environment }))
}

/** kill -9; resolves when it is gone. */
async function kill(shard: number): Promise<void> {
  const bot = bots.get(shard)
  bots.delete(shard)
  bot?.child.kill('SIGKILL')
  await bot?.exited
}

const shardOf = (guildId: bigint) => Number((guildId >> 22n) % BigInt(SHARDS.length))
const VICTIM = 1
/** A vote in a server that the process which is going to die serves. */
const openVote = (electors: number, more: { closesEarly?: boolean } = {}) =>
  elections.open({ electors, wanted: guildId => shardOf(guildId) === VICTIM, ...more })

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  databaseUrl = scratch.url
  sandbox = opened.use(await startSandbox({ guilds: 1, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
  opened.defer(async () => {
    await Promise.all([...bots.values()].map(bot => bot[Symbol.asyncDispose]()))
  })
  await Promise.all(SHARDS.map(bringUp))
  database = opened.use(await openDatabase({ url: databaseUrl, applicationName: 'test' }))
  eventLog = opened.use(await openEventLog({ database, log: createLog({ name: 'test', level: 'silent' }) }))
  const places = createPlaces({ sandbox, world: await sandbox.world(), database })
  elections = createElections({ sandbox, places, database, eventLog })
  scope = opened.move()
}, 60_000)
afterAll(() => scope?.disposeAsync())
afterEach(async () => {
  await sandbox.control('DELETE', '/sandbox/faults')
  await Promise.all(SHARDS.map(bringUp))
})

/** Nothing that was promised is missing, nothing happened twice. */
async function expectAllKept(election: Election, clicks: Click[]): Promise<void> {
  const told = await elections.acknowledged(clicks)
  const { vote, closings, box, counted, results } = await elections.aftermath(election)
  expect(box).toEqual(expect.arrayContaining(told.map(({ userId, choice }) => ({ userId, choice }))))
  expect(vote.tally).toEqual(counted)
  expect({ closings, results }).toEqual({ closings: 1, results: 1 })
}

/** Everyone presses a button, one after another; a server whose shard is dead hears nothing of it. */
async function clickThrough(election: Election, clicks: Click[], everyMs: number): Promise<void> {
  for (const [at, userId] of election.place.people.entries()) {
    clicks.push(await elections.click(election, userId, at % 3 === 0 ? 1 : 0))
    await sleep(everyMs)
  }
}

describe('many clicks at once', () => {
  it('are counted exactly when four processes take a thousand', async () => {
    const people = Array.from({ length: 1_000 }, (_, at) => String(5_000_000 + at))
    const election = await elections.open({ electors: 2 })
    await database.query('INSERT INTO vote_electors (vote_id, user_id) SELECT $1, unnest($2::bigint[])', [
      election.voteId,
      people,
    ])
    await using opened = new AsyncDisposableStack()
    const clickers = await Promise.all(
      [0, 1, 2, 3].map(async () => {
        const program = opened.use(
          runProgram('packages/features/tests/programs/clicker.ts', {
            DATABASE_URL: databaseUrl,
            LOG_LEVEL: 'warn',
          }),
        )
        await once(program.child, 'message')
        return program
      }),
    )
    const ballots = people.map((userId, at) => ({
      voteId: election.voteId.toString(),
      userId,
      choice: at % 3 === 0 ? 1 : 0,
      requestId: String(10_000 + at),
    }))
    // Every tenth clicked for the other option before, and another process hears of that at the same time.
    const earlier = ballots
      .filter((_, at) => at % 10 === 0)
      .map(ballot => ({
        ...ballot,
        choice: 1 - ballot.choice,
        requestId: String(Number(ballot.requestId) - 5_000),
      }))
    const stored = await Promise.all(
      clickers.map(async ({ child }, at) => {
        const answer = once(child, 'message')
        child.send([
          ...ballots.filter((_, index) => index % 4 === at),
          ...earlier.filter(({ userId }) => (Number(userId) + 1) % 4 === at),
        ])
        return z.object({ stored: z.int() }).parse((await answer)[0]).stored
      }),
    )
    expect(stored.reduce((all, one) => all + one, 0)).toBe(ballots.length + earlier.length)
    await elections.closeIn(election, 0)
    const { vote, closings } = await elections.aftermath(election)
    expect({ tally: vote.tally, closings }).toEqual({ tally: [666, 334], closings: 1 })
  })

  it('are each answered before Discord gives up when one process takes two hundred', async () => {
    const election = await openVote(200)
    const clicks = await Promise.all(
      election.place.people.map((userId, at) => elections.click(election, userId, at % 4 === 0 ? 1 : 0)),
    )
    for (const click of clicks) {
      await eventually('an answer', async () => {
        const found = await elections.answerTo(click)
        return elections.isIn(found) && found
      })
    }
    await elections.closeIn(election, 0)
    const { vote, closings, results } = await elections.aftermath(election)
    expect({ tally: vote.tally, closings, results }).toEqual({ tally: [150, 50], closings: 1, results: 1 })
  })
})

describe(`kill -9 of the process that serves the server (seed ${seed})`, () => {
  it.each(moments(100, 900, 2))(
    'after %i ms of clicks loses no ballot, and the other closes it on time',
    async ms => {
      const election = await openVote(24)
      await elections.closeIn(election, 2_500)
      const clicks: Click[] = []
      const clicking = clickThrough(election, clicks, 30)
      await sleep(ms)
      await kill(VICTIM)
      await clicking
      expect((await elections.closed(election)).lateMs).toBeLessThan(ON_TIME_MS)
      await expectAllKept(election, clicks)
    },
  )

  it.each(moments(-60, 60, 2))(
    '%i ms from the close ends it once, on time, and tells the result once',
    async ms => {
      const election = await openVote(6)
      await elections.closeIn(election, 1_500)
      const clicks: Click[] = []
      await clickThrough(election, clicks, 0)
      await eventually('the ballots', async () => (await elections.acknowledged(clicks)).length === 6)
      await database.query(
        `SELECT pg_sleep(extract(epoch FROM closes_at - clock_timestamp())::float8 + $2::float8 / 1000)
       FROM votes WHERE id = $1`,
        [election.voteId, ms],
      )
      await kill(VICTIM)
      expect((await elections.closed(election)).lateMs).toBeLessThan(ON_TIME_MS)
      await elections.releaseWork(election)
      await expectAllKept(election, clicks)
    },
  )

  it.each([
    { kind: 'rest-delay', ms: 1_500, times: 1 },
    { kind: 'rest-status', status: 503, times: 20 },
  ])('between the close and its result, held up by $kind, has it told once by the other', async fault => {
    const election = await openVote(4, { closesEarly: true })
    const { channelId } = election.place
    await sandbox.control('POST', '/sandbox/faults', {
      ...fault,
      route: `POST /channels/${channelId}/messages`,
    })
    const clicks: Click[] = []
    for (const userId of election.place.people) clicks.push(await elections.click(election, userId, 0))
    await elections.closed(election)
    const [wait = 0] = moments(0, 300, 1)
    await sleep(wait)
    await kill(VICTIM)
    expect(await elections.resultsOf(election)).toEqual([])
    if (fault.kind === 'rest-status') await sandbox.control('DELETE', '/sandbox/faults')
    await elections.releaseWork(election)
    await expectAllKept(election, clicks)
    // What the dead process had sent may be read only now.
    await sleep(2_000)
    await expectAllKept(election, clicks)
  })

  it('after its result was taken, before it learned so, has it there once', async () => {
    const election = await openVote(4, { closesEarly: true })
    const route = `POST /channels/${election.place.channelId}/messages`
    await sandbox.control('POST', '/sandbox/faults', { kind: 'lose-response', route, times: 1 })
    const clicks: Click[] = []
    for (const userId of election.place.people) clicks.push(await elections.click(election, userId, 0))
    await eventually('a result', async () => (await elections.resultsOf(election)).length > 0)
    await kill(VICTIM)
    expect(await elections.isAnnounced(election)).toBe(false)
    await elections.releaseWork(election)
    await expectAllKept(election, clicks)
  })

  it('and of the other one too leaves the rest to a successor', async () => {
    const election = await openVote(12)
    await elections.closeIn(election, 1_000)
    const clicks: Click[] = []
    const clicking = clickThrough(election, clicks, 30)
    await sleep(moments(100, 400, 1)[0] ?? 0)
    await Promise.all(SHARDS.map(kill))
    await clicking
    await sleep(1_000)
    const waiting = await database.query('SELECT FROM votes WHERE id = $1 AND outcome IS NULL', [
      election.voteId,
    ])
    expect(waiting).toHaveLength(1)
    await bringUp(0)
    await expectAllKept(election, clicks)
  })
})

describe('a result whose answer got lost', () => {
  it('is there once', async () => {
    const election = await openVote(4, { closesEarly: true })
    const route = `POST /channels/${election.place.channelId}/messages`
    await sandbox.control('POST', '/sandbox/faults', { kind: 'lose-response', route, times: 2 })
    const clicks: Click[] = []
    for (const userId of election.place.people) clicks.push(await elections.click(election, userId, 0))
    await eventually('a result', async () => (await elections.resultsOf(election)).length > 0)
    await eventually('another attempt', async () => {
      await elections.releaseWork(election)
      return elections.isAnnounced(election)
    })
    await expectAllKept(election, clicks)
  })
})
