import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVoiceTime } from './voice-time.ts'

const MINUTE_MS = 60_000
const GUILD = 1n
const [LOUNGE, STAGE, AFK] = [10n, 11n, 12n]
const [ada, grace, ken, robot] = [1n, 2n, 3n, 4n]

const begin = () => {
  const time = createVoiceTime({ enoughMs: 10 * MINUTE_MS, awayMs: 5 * MINUTE_MS })
  time.setAfkChannel(GUILD, AFK, 0)
  const join = (userId: bigint, channelId: bigint | null, minute: number, isDeaf = false) =>
    time.move(
      GUILD,
      userId,
      { channelId, isDeaf, isBot: userId === robot, joinedAt: null },
      minute * MINUTE_MS,
    )
  const activeAt = (minute: number) => {
    time.advance(minute * MINUTE_MS)
    const enough = time.enough()
    for (const { guildId, userId } of enough) time.startAnew(guildId, userId)
    return enough.map(stay => stay.userId).toSorted()
  }
  return { time, join, activeAt }
}

describe('somebody is active who was in voice for more than ten minutes', () => {
  it('with somebody else, and not a moment earlier', () => {
    const { join, activeAt } = begin()
    join(ada, LOUNGE, 0)
    join(grace, LOUNGE, 1)
    expect(activeAt(11)).toEqual([])
    expect(activeAt(11.01)).toEqual([ada, grace])
    expect(activeAt(20)).toEqual([])
    expect(activeAt(21.1)).toEqual([ada, grace])
  })

  it('across moves from channel to channel and a short absence', () => {
    const { join, activeAt } = begin()
    for (const who of [ada, grace]) join(who, LOUNGE, 0)
    for (const who of [ada, grace]) join(who, STAGE, 4)
    join(ada, null, 8)
    join(ada, STAGE, 12)
    expect(activeAt(14.1)).toEqual([ada, grace])
  })

  it('but not alone, with a bot, deafened, with somebody deafened, or in the AFK channel', () => {
    const { join, activeAt } = begin()
    join(ada, LOUNGE, 0)
    join(robot, LOUNGE, 0)
    expect(activeAt(20)).toEqual([])
    join(grace, LOUNGE, 20, true)
    expect(activeAt(40)).toEqual([])
    join(ada, AFK, 40)
    join(grace, AFK, 40)
    expect(activeAt(60)).toEqual([])
  })

  it('anew after an absence of more than five minutes', () => {
    const { join, activeAt } = begin()
    for (const who of [ada, grace, ken]) join(who, LOUNGE, 0)
    join(ada, null, 9)
    join(ada, LOUNGE, 15)
    expect(activeAt(17)).toEqual([grace, ken])
    expect(activeAt(25.1)).toEqual([ada])
  })

  it('counted on from before a restart, which itself does not count', () => {
    const { time, join, activeAt } = begin()
    time.restore([{ guildId: GUILD, userId: ada, countedMs: 9 * MINUTE_MS, ageMs: MINUTE_MS }], 0)
    expect(activeAt(2)).toEqual([])
    join(ada, LOUNGE, 2)
    join(grace, LOUNGE, 2)
    expect(activeAt(3.1)).toEqual([ada])
  })

  it('without the time in which nothing was heard of the guild', () => {
    const { time, join, activeAt } = begin()
    for (const who of [ada, grace]) join(who, LOUNGE, 0)
    time.setSilent(() => true, true, 5 * MINUTE_MS)
    expect(activeAt(60)).toEqual([])
    time.replace(GUILD, { places: new Map(), afkChannelId: AFK }, 60 * MINUTE_MS)
    expect(activeAt(64)).toEqual([])
    for (const who of [ada, grace]) join(who, LOUNGE, 64)
    expect(activeAt(69.1)).toEqual([ada, grace])
  })

  it('also where Discord does not say again who they are', () => {
    const { time, join, activeAt } = begin()
    join(ada, LOUNGE, 0)
    join(robot, LOUNGE, 0)
    time.move(GUILD, robot, { channelId: LOUNGE, isDeaf: false }, 1)
    expect(activeAt(60)).toEqual([])
  })

  it('by as much as a plain recount of who was where finds', () => {
    const step = fc.record({
      userId: fc.constantFrom(ada, grace, ken, robot),
      channelId: fc.constantFrom(LOUNGE, STAGE, AFK, null),
      isDeaf: fc.boolean(),
      afterSeconds: fc.integer({ min: 0, max: 200 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const time = createVoiceTime({ enoughMs: Number.POSITIVE_INFINITY, awayMs: Number.POSITIVE_INFINITY })
        time.setAfkChannel(GUILD, AFK, 0)
        const places = new Map<bigint, { channelId: bigint | null; isDeaf: boolean }>()
        const expected = new Map<bigint, number>()
        let atMs = 0
        for (const { userId, channelId, isDeaf, afterSeconds } of steps) {
          const isThere = (id: bigint) => {
            const place = places.get(id)
            return place?.channelId && place.channelId !== AFK && !place.isDeaf && id !== robot
              ? place.channelId
              : undefined
          }
          for (const who of [ada, grace, ken]) {
            const here = isThere(who)
            const isTogether =
              here !== undefined && [ada, grace, ken].some(one => one !== who && isThere(one) === here)
            if (isTogether) expected.set(who, (expected.get(who) ?? 0) + afterSeconds * 1_000)
          }
          atMs += afterSeconds * 1_000
          time.move(GUILD, userId, { channelId, isDeaf, isBot: userId === robot, joinedAt: null }, atMs)
          places.set(userId, { channelId, isDeaf })
        }
        for (const { userId, countedMs } of time.stays(-1)) expect(countedMs).toBe(expected.get(userId) ?? 0)
      }),
      { numRuns: 300 },
    )
  })
})
