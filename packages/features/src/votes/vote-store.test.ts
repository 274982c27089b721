import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '@shardlight/database'
import {
  Challenge,
  type EventLog,
  newEvent,
  openEventLog,
  Restore,
  Vote as VoteEvent,
} from '@shardlight/event-log'
import { createLog } from '@shardlight/service'
import { testDatabase } from '@shardlight/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { outcomeOf } from './rules.ts'
import { createVoteStore, type NewVote, type Vote, type VoteStore } from './vote-store.ts'

const silent = createLog({ name: 'test', level: 'silent' })
const PROCESSES = 4

let database: Database
let eventLog: EventLog
let stores: VoteStore[]
let votes: VoteStore
/** With a pool that no clicks are waiting for. */
let keeper: VoteStore
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  const openStore = async () => {
    const pool = opened.use(
      await openDatabase({ url: scratch.url, applicationName: 'test', maxConnections: 5 }),
    )
    const log = opened.use(await openEventLog({ database: pool, log: silent }))
    return { pool, log, store: createVoteStore({ database: pool, eventLog: log }) }
  }
  const first = await openStore()
  keeper = (await openStore()).store
  await migrate(first.pool, { name: 'vote', directory: join(import.meta.dirname, 'migrations') })
  const others = []
  for (let at = 1; at < PROCESSES; at++) others.push(await openStore())
  database = first.pool
  eventLog = first.log
  votes = first.store
  stores = [first, ...others].map(({ store }) => store)
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

let ids = 1_000n
const nextId = () => {
  ids += 1n
  return ids
}

async function openVote(more: Partial<NewVote> = {}): Promise<Vote> {
  return eventLog.transaction(async tx => {
    const vote = await votes.insert(tx, {
      requestId: nextId(),
      guildId: 1n,
      channelId: 2n,
      kind: 'ask',
      initiatorId: 3n,
      targetId: null,
      question: 'Shall we?',
      options: ['Yes', 'No'],
      isSecret: false,
      closesEarly: false,
      quorum: 2,
      threshold: 0,
      restraintDays: null,
      durationMs: 3_600_000,
      electorIds: [1n, 2n, 3n],
      ...more,
    })
    if (!vote) throw new Error('the vote was there already')
    return { events: [votes.eventOf(vote)], result: vote }
  })
}

const openChallenge = (more: Partial<NewVote> = {}) =>
  openVote({
    kind: 'challenge',
    targetId: nextId(),
    threshold: 2,
    restraintDays: 14,
    closesEarly: true,
    ...more,
  })

type Ballot = { userId: bigint; choice: number; requestId: bigint }

const storeAt = (at: number) => stores[at % stores.length] ?? votes
const castAll = ({ id: voteId }: Vote, ballots: Ballot[]) =>
  Promise.all(ballots.map((ballot, at) => storeAt(at).cast({ voteId, ...ballot })))

/** What a clerk with paper would count: of each person the last click. */
function recount(options: number, ballots: Ballot[]): number[] {
  const last = new Map<bigint, Ballot>()
  for (const ballot of ballots) {
    const other = last.get(ballot.userId)
    if (!other || ballot.requestId > other.requestId) last.set(ballot.userId, ballot)
  }
  return Array.from(
    { length: options },
    (_, at) => [...last.values()].filter(({ choice }) => choice === at).length,
  )
}

const makeDue = ({ id }: Vote) =>
  database.query('UPDATE votes SET closes_at = clock_timestamp() WHERE id = $1', [id])
const closedEvents = async ({ id: voteId }: Vote) =>
  eventLog.getMatchingEvents(VoteEvent, { voteId, phase: 'closed' })
const found = async ({ guildId, id }: Vote) => {
  const vote = await votes.get(guildId, id)
  if (!vote) throw new Error(`vote ${id} is gone`)
  return vote
}

const factsOf = (vote: Vote) => z.looseObject({}).parse(votes.eventOf(vote).metadata)

/** People are numbered from 1; those above `electors` may not vote. */
const election = fc.integer({ min: 2, max: 8 }).chain(electors =>
  fc.integer({ min: 2, max: 5 }).chain(options =>
    fc
      .array(fc.record({ who: fc.integer({ min: 1, max: electors + 2 }), choice: fc.nat(options - 1) }), {
        maxLength: 40,
      })
      .chain(clicks =>
        fc.record({
          electors: fc.constant(electors),
          options: fc.constant(options),
          ballots: fc.constant(
            clicks.map(
              ({ who, choice }, at): Ballot => ({ userId: BigInt(who), choice, requestId: BigInt(at + 1) }),
            ),
          ),
          /** The order of delivery, with some delivered twice. */
          delivery: fc
            .array(fc.nat(Math.max(0, clicks.length - 1)), { maxLength: clicks.length === 0 ? 0 : 10 })
            .chain(again => {
              const all = [...clicks.keys(), ...again]
              return fc.shuffledSubarray(all, { minLength: all.length })
            }),
          quorum: fc.integer({ min: 1, max: electors }),
        }),
      ),
  ),
)

describe('the tally', () => {
  it('equals a plain recount, in whatever order and however often ballots arrive at several processes', async () => {
    await fc.assert(
      fc.asyncProperty(election, async ({ electors, options, ballots, delivery, quorum }) => {
        const electorIds = Array.from({ length: electors }, (_, at) => BigInt(at + 1))
        const mayVote = ({ userId }: Ballot) => electorIds.includes(userId)
        const vote = await openVote({
          electorIds,
          quorum,
          options: Array.from({ length: options }, (_, at) => `Option ${at}`),
        })
        const delivered = delivery.flatMap(at => ballots[at] ?? [])
        const answers = await castAll(vote, delivered)
        expect(answers.map(answer => answer.stored)).toEqual(delivered.map(mayVote))
        await makeDue(vote)
        const late = electorIds.map(userId => ({ userId, choice: 0, requestId: 1_000n }))
        expect((await castAll(vote, late)).some(answer => answer.stored)).toBe(false)

        const closed = await Promise.all(stores.map(store => store.closeDue()))
        const tally = recount(options, ballots.filter(mayVote))
        expect(closed.filter(one => one !== undefined)).toMatchObject([
          { id: vote.id, tally, outcome: outcomeOf(vote, tally) },
        ])
        expect((await castAll(vote, late)).some(answer => answer.stored)).toBe(false)
        expect((await found(vote)).tally).toEqual(tally)
        expect(await closedEvents(vote)).toHaveLength(1)
      }),
      { numRuns: 25 },
    )
  })

  it('has the ballots that were taken, and no others, when the vote ends while people click', async () => {
    for (let round = 0; round < 5; round++) {
      const electorIds = Array.from({ length: 30 }, (_, at) => BigInt(at + 1))
      const vote = await openVote({ electorIds })
      const taken: Ballot[] = []
      let ending: Promise<Vote | undefined> | undefined
      const clickUntilTheEnd = async (userId: bigint, at: number) => {
        for (;;) {
          const ballot = { userId, choice: taken.length % 2, requestId: nextId() }
          const { stored } = await storeAt(at).cast({ voteId: vote.id, ...ballot })
          if (!stored) return
          taken.push(ballot)
          if (taken.length > 100) ending ??= keeper.endBefore(vote.id, { outcome: 'retracted', by: null })
        }
      }
      await Promise.all(electorIds.map(clickUntilTheEnd))
      expect((await ending)?.tally).toEqual(recount(2, taken))
    }
  })
})

describe('closing', () => {
  it('takes a vote out of those that are open, which are counted by kind', async () => {
    const before = await votes.openByKind()
    const asked = await openVote()
    await openChallenge()
    const { ask = 0, challenge = 0 } = before
    expect(await votes.openByKind()).toEqual({ ...before, ask: ask + 1, challenge: challenge + 1 })
    await votes.endBefore(asked.id, { outcome: 'retracted', by: 3n })
    const { ask: left = 0, ...others } = await votes.openByKind()
    expect({ left, others }).toEqual({ left: ask, others: { challenge: challenge + 1 } })
  })

  it('happens once, whoever comes and for whatever reason', async () => {
    for (let round = 0; round < 10; round++) {
      const vote = await openChallenge()
      await castAll(vote, [
        { userId: 1n, choice: 0, requestId: 1n },
        { userId: 2n, choice: 0, requestId: 2n },
      ])
      const more = await openChallenge({ closesEarly: false })
      await castAll(
        more,
        [1n, 2n, 3n].map(userId => ({ userId, choice: 0, requestId: userId })),
      )
      await makeDue(more)
      const ended = await Promise.all(
        stores.flatMap(store => [
          store.closeIfSettled(more.id),
          store.endBefore(more.id, { outcome: 'vetoed', by: 9n, reason: 'no' }),
          store.closeDue(),
        ]),
      )
      const winners = ended.filter(one => one !== undefined)
      expect(winners).toHaveLength(1)
      expect(await closedEvents(more)).toMatchObject([{ metadata: { outcome: winners[0]?.outcome } }])
      const effects = await eventLog.getMatchingEvents(Challenge, { voteId: more.id })
      expect(effects).toHaveLength(winners[0]?.outcome === 'passed' ? 1 : 0)
      expect((await found(vote)).outcome).toBe('passed')
      expect(await closedEvents(vote)).toHaveLength(1)
    }
  })

  it('comes early with the ballot that settles it, told to one of those who clicked at once', async () => {
    const vote = await openChallenge()
    const answers = await castAll(
      vote,
      [1n, 2n, 3n].map(userId => ({ userId, choice: 0, requestId: userId })),
    )
    const told = answers.filter(answer => answer.stored && answer.closed !== undefined)
    expect(told).toHaveLength(1)
    expect(await closedEvents(vote)).toMatchObject([
      { metadata: { outcome: 'passed', targetId: vote.targetId } },
    ])
    expect(await eventLog.getMatchingEvents(Challenge, { voteId: vote.id })).toHaveLength(1)
  })
})

describe('the database', () => {
  const passedChallenge = async () => {
    const vote = await openChallenge()
    await castAll(
      vote,
      [1n, 2n].map(userId => ({ userId, choice: 0, requestId: userId })),
    )
    return found(vote)
  }

  it('keeps an outcome, its tally, its time and its restraint as they are', async () => {
    const vote = await passedChallenge()
    for (const change of [
      `outcome = 'failed'`,
      `outcome = NULL, closed_at = NULL, tally = NULL`,
      `tally = '{3,0}'`,
      `closed_at = now()`,
      `restrained_until = restrained_until + interval '1 year'`,
    ]) {
      await expect(
        database.query(`UPDATE votes SET ${change} WHERE id = $1`, [vote.id]),
        change,
      ).rejects.toThrow(`vote ${vote.id} has ended as passed; that does not change`)
    }
    await votes.announced(vote.id)
    expect(await found(vote)).toEqual(vote)
  })

  it.each([
    ['too few yes', [1, 0]],
    ['too few ballots', [2, 0]],
    ['a tie', [2, 2]],
    ['more no than yes', [2, 3]],
  ])('refuses a challenge that passed with %s', async (_, tally) => {
    const vote = await openChallenge({ quorum: 3 })
    await expect(
      database.query(
        `UPDATE votes SET outcome = 'passed', tally = $2, closed_at = now(), restrained_until = now() WHERE id = $1`,
        [vote.id, tally],
      ),
    ).rejects.toThrow(/violates check constraint/)
    expect((await found(vote)).outcome).toBeNull()
  })

  it.each([['NULL'], [`'{}'`], [`'{3}'`], [`'{3,NULL}'`], [`'{3,0,0}'`]])(
    'refuses a challenge that passed with %s for a tally',
    async tally => {
      const vote = await openChallenge()
      await expect(
        database.query(
          `UPDATE votes SET outcome = 'passed', tally = ${tally}, closed_at = now(), restrained_until = now()
           WHERE id = $1`,
          [vote.id],
        ),
      ).rejects.toThrow(/violates check constraint/)
    },
  )

  it('refuses an event about a vote that is not so', async () => {
    const open = await openChallenge()
    const passed = await passedChallenge()
    const opened = factsOf(open)
    const closed = factsOf(passed)
    const refused = (metadata: object) =>
      expect(eventLog.publish({ type: VoteEvent.name, metadata }), JSON.stringify(metadata)).rejects.toThrow(
        /there is no vote \d+ of which that is true/,
      )
    await refused({ ...opened, voteId: '999999' })
    await refused({ ...opened, phase: 'closed' })
    await refused({ ...opened, phase: 'closed', outcome: 'passed' })
    await refused({ ...opened, targetId: '5' })
    await refused({ ...closed, guildId: '2' })
    await refused({ ...closed, outcome: 'failed' })
    await refused({ ...closed, kind: 'restore' })
    await refused({ ...closed, until: null })
    await refused({ ...closed, until: new Date(Date.now() + 1e12).toISOString() })
  })

  it('lets a passed vote take effect once', async () => {
    const vote = await passedChallenge()
    const { metadata } = votes.eventOf(vote)
    await expect(eventLog.publish({ type: VoteEvent.name, metadata })).rejects.toThrow(
      `vote ${vote.id} has had its effect already`,
    )
    expect(await eventLog.publish(votes.eventOf(vote))).toEqual([])
    const effect = { guildId: 1n, userId: vote.targetId ?? 0n, voteId: vote.id, until: null }
    await expect(eventLog.publish(newEvent(Restore, effect))).rejects.toThrow(/follow from a passed vote/)
    expect(await eventLog.getMatchingEvents(Challenge, { voteId: vote.id })).toHaveLength(1)
    expect(await eventLog.getMatchingEvents(Restore, { voteId: vote.id })).toEqual([])
  })

  it('has one open vote about somebody in a server, and one vote for a request', async () => {
    const vote = await openChallenge()
    const { targetId } = vote
    await expect(openChallenge({ targetId })).rejects.toThrow(/votes_one_open_per_target/)
    await openChallenge({ targetId, guildId: 77n })
    await votes.endBefore(vote.id, { outcome: 'retracted', by: null })
    const requestId = nextId()
    await openChallenge({ targetId, requestId })
    await expect(openVote({ requestId })).rejects.toThrow('the vote was there already')
  })
})

describe('ballots', () => {
  it('are erased after the audit window, and what they decided stays', async () => {
    const vote = await openChallenge({ isSecret: true })
    const open = await openVote()
    for (const one of [vote, open]) await castAll(one, [{ userId: 1n, choice: 0, requestId: 1n }])
    await castAll(vote, [{ userId: 2n, choice: 0, requestId: 2n }])
    const before = await found(vote)
    expect(before).toMatchObject({ outcome: 'passed', tally: [2, 0], electors: 3 })
    const kept = () =>
      database.query(
        `SELECT 'ballot' AS what, vote_id FROM ballots WHERE vote_id = ANY ($1)
         UNION ALL SELECT 'elector', vote_id FROM vote_electors WHERE vote_id = ANY ($1)`,
        [[vote.id, open.id]],
      )
    await votes.eraseBallots(1)
    expect(await kept()).toHaveLength(2 + 3 + 1 + 3)
    await votes.eraseBallots(0)
    expect(await kept()).toHaveLength(1 + 3)
    expect(await found(vote)).toEqual(before)
    expect(await closedEvents(vote)).toMatchObject([{ metadata: { outcome: 'passed' } }])
    expect(await eventLog.restraintOf({ guildId: 1n, userId: vote.targetId ?? 0n })).toMatchObject({
      voteId: vote.id,
    })
  })
})
