import { join } from 'node:path'
import { type Database, migrate, openDatabase } from '@shardlight/database'
import { type EventLog, newEvent, openEventLog, UserActive } from '@shardlight/event-log'
import { createLog } from '@shardlight/service'
import { testDatabase } from '@shardlight/testing'
import { SnowflakeUtil } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readElectorate, requirementsFor, whyNotEligible } from './electorate.ts'
import { readSettings } from './settings.ts'

const DAY_MS = 86_400_000
const silent = createLog({ name: 'test', level: 'silent' })

let database: Database
let eventLog: EventLog
let scope: AsyncDisposableStack

beforeAll(async () => {
  await using opened = new AsyncDisposableStack()
  const scratch = opened.use(await testDatabase())
  database = opened.use(await openDatabase({ url: scratch.url, applicationName: 'test' }))
  eventLog = opened.use(await openEventLog({ database, log: silent }))
  await migrate(database, { name: 'vote', directory: join(import.meta.dirname, 'migrations') })
  scope = opened.move()
})
afterAll(() => scope?.disposeAsync())

let people = 0n
const personOfAge = (days: number) =>
  SnowflakeUtil.generate({ timestamp: Date.now() - days * DAY_MS }) + people++
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS)

let guilds = 100n
/** A server whose people were active so many days ago, once for each. */
async function serverOf(members: { userId: bigint; joined?: Date | null; activeDaysAgo?: number[] }[]) {
  const guildId = guilds++
  for (const { userId, joined = daysAgo(400), activeDaysAgo = [0] } of members) {
    for (const days of activeDaysAgo) {
      const joinedAt = joined?.toISOString() ?? null
      const [id] = await eventLog.publish(newEvent(UserActive, { guildId, userId, how: 'message', joinedAt }))
      await database.query('ALTER TABLE events DISABLE TRIGGER events_are_appended')
      await database.query(`UPDATE events SET at = at - $2 * interval '1 day' WHERE id = $1`, [id, days])
      await database.query('ALTER TABLE events ENABLE TRIGGER events_are_appended')
    }
  }
  return guildId
}

const required = async (kind: 'ask' | 'challenge', guildId: bigint, changes = {}) =>
  requirementsFor(kind, { ...(await readSettings(database, guildId)), ...changes })

describe('the electorate', () => {
  it('is who was active within the last days, without the one it is about', async () => {
    const [one, two, gone, target] = [personOfAge(400), personOfAge(400), personOfAge(400), personOfAge(400)]
    const guildId = await serverOf([
      { userId: one, activeDaysAgo: [0, 3] },
      { userId: two, activeDaysAgo: [9] },
      { userId: gone, activeDaysAgo: [11] },
      { userId: target },
    ])
    const electors = await readElectorate(database, {
      guildId,
      required: await required('ask', guildId),
      except: target,
    })
    expect(electors.toSorted()).toEqual([one, two].toSorted())
    expect(
      await readElectorate(database, { guildId: 1n, required: await required('ask', 1n), except: null }),
    ).toEqual([])
  })

  it('of a vote about somebody leaves out new accounts, new members and who was active on too few days', async () => {
    const [settled, newAccount, newMember, seldom] = [
      personOfAge(400),
      personOfAge(2),
      personOfAge(400),
      personOfAge(400),
    ]
    const guildId = await serverOf([
      { userId: settled, activeDaysAgo: [0, 1] },
      { userId: newAccount, activeDaysAgo: [0, 1] },
      { userId: newMember, joined: daysAgo(1), activeDaysAgo: [0, 1] },
      { userId: seldom, activeDaysAgo: [0] },
    ])
    const strict = {
      guildId,
      required: await required('challenge', guildId, { 'distinct-days': 2 }),
      except: null,
    }
    expect(await readElectorate(database, strict)).toEqual([settled])
    const question = { ...strict, required: await required('ask', guildId) }
    expect(await readElectorate(database, question)).toHaveLength(4)
  })

  it('is told to those who are not in it, with when they will be', async () => {
    const [newAccount, newMember, seldom] = [personOfAge(2), personOfAge(400), personOfAge(400)]
    const guildId = await serverOf([{ userId: newAccount }, { userId: newMember }, { userId: seldom }])
    const rules = await required('challenge', guildId, { 'distinct-days': 2 })
    const why = (userId: bigint, joinedAt: Date) =>
      whyNotEligible(database, { guildId, userId, joinedAt, required: rules })
    /** In how many days the sentence says that it will be. */
    const daysUntil = (sentence: string | undefined) => {
      const seconds = Number(/<t:(\d+):f>/.exec(sentence ?? '')?.[1])
      return (seconds * 1_000 - Date.now()) / DAY_MS
    }
    const tooYoung = await why(newAccount, daysAgo(400))
    expect(tooYoung).toMatch(/account must be 7 days old/)
    expect(daysUntil(tooYoung)).toBeCloseTo(5, 1)
    const tooNew = await why(newMember, daysAgo(1))
    expect(tooNew).toMatch(/a member here for 3 days/)
    expect(daysUntil(tooNew)).toBeCloseTo(2, 1)
    expect(await why(seldom, daysAgo(400))).toMatch(/active here on 2 days of the last 10: .* on 1 more/)
    expect(
      await whyNotEligible(database, {
        guildId,
        userId: seldom,
        joinedAt: daysAgo(400),
        required: await required('challenge', guildId),
      }),
    ).toBeUndefined()
  })
})
