/** Where somebody is in voice; `channelId` null when they have left. What is not told of them is as it was. */
export type VoicePlace = {
  channelId: bigint | null
  isDeaf: boolean
  isBot?: boolean
  joinedAt?: Date | null
}

export type Stay = { guildId: bigint; userId: bigint; countedMs: number }

type Person = Required<VoicePlace> & { countedMs: number; leftAtMs: number | undefined; isCounting: boolean }

type Guild = {
  people: Map<bigint, Person>
  afkChannelId: bigint | null
  /** Until when everybody's time is credited. */
  settledMs: number
  /** Nothing is heard of it, so nobody's time counts. */
  isSilent: boolean
}

const listens = (person: Person, guild: Guild): boolean =>
  person.channelId !== null && person.channelId !== guild.afkChannelId && !person.isBot && !person.isDeaf

export type VoiceTime = ReturnType<typeof createVoiceTime>

/**
 * Adds up how long people are in voice together. The time of somebody counts while they are in a channel that is not
 * the AFK channel, not deafened, and somebody else of whom that is true is there too. Moving between channels goes
 * on with the same stay; being away for longer than `awayMs` ends it. Rules only: time is passed in, in milliseconds.
 */
export function createVoiceTime({ enoughMs, awayMs }: { enoughMs: number; awayMs: number }) {
  const guilds = new Map<bigint, Guild>()

  function guildOf(id: bigint, atMs: number): Guild {
    const known = guilds.get(id)
    if (known) return known
    const guild: Guild = { people: new Map(), afkChannelId: null, settledMs: atMs, isSilent: false }
    guilds.set(id, guild)
    return guild
  }

  /** Credits the time until now to those who counted. */
  function settle(guild: Guild, atMs: number): void {
    for (const person of guild.people.values()) {
      if (person.isCounting && !guild.isSilent) person.countedMs += atMs - guild.settledMs
    }
    guild.settledMs = atMs
  }

  function recount(guild: Guild): void {
    const listeners = new Map<bigint | null, number>()
    for (const person of guild.people.values()) {
      if (listens(person, guild)) listeners.set(person.channelId, (listeners.get(person.channelId) ?? 0) + 1)
    }
    for (const person of guild.people.values()) {
      person.isCounting = listens(person, guild) && (listeners.get(person.channelId) ?? 0) > 1
    }
  }

  function put(guild: Guild, userId: bigint, place: VoicePlace, atMs: number): void {
    const known = guild.people.get(userId)
    if (!known && place.channelId === null) return
    const leftAtMs = place.channelId === null ? (known?.leftAtMs ?? atMs) : undefined
    const isBack = known?.leftAtMs === undefined || atMs - known.leftAtMs <= awayMs
    const countedMs = known && isBack ? known.countedMs : 0
    const { isBot = known?.isBot ?? false, joinedAt = known?.joinedAt ?? null } = place
    guild.people.set(userId, { ...place, isBot, joinedAt, countedMs, leftAtMs, isCounting: false })
  }

  return {
    move(guildId: bigint, userId: bigint, place: VoicePlace, atMs: number): void {
      const guild = guildOf(guildId, atMs)
      settle(guild, atMs)
      put(guild, userId, place, atMs)
      recount(guild)
    },

    /** All who are in voice there; whoever else was has left. */
    replace(
      guildId: bigint,
      { places, afkChannelId }: { places: Map<bigint, VoicePlace>; afkChannelId: bigint | null },
      atMs: number,
    ): void {
      if (places.size === 0 && !guilds.has(guildId) && afkChannelId === null) return
      const guild = guildOf(guildId, atMs)
      settle(guild, atMs)
      guild.afkChannelId = afkChannelId
      guild.isSilent = false
      for (const [userId, person] of guild.people) {
        if (!places.has(userId)) put(guild, userId, { ...person, channelId: null }, atMs)
      }
      for (const [userId, place] of places) put(guild, userId, place, atMs)
      recount(guild)
    },

    setAfkChannel(guildId: bigint, afkChannelId: bigint | null, atMs: number): void {
      const guild = guildOf(guildId, atMs)
      settle(guild, atMs)
      guild.afkChannelId = afkChannelId
      recount(guild)
    },

    forget(guildId: bigint): void {
      guilds.delete(guildId)
    },

    /** The connection that tells of these guilds is lost, or back. */
    setSilent(isMeant: (guildId: bigint) => boolean, isSilent: boolean, atMs: number): void {
      for (const [guildId, guild] of guilds) {
        if (!isMeant(guildId)) continue
        settle(guild, atMs)
        guild.isSilent = isSilent
      }
    },

    /** What was counted before a restart, of people who were seen `ageMs` ago; Discord is about to tell who is there. */
    restore(stays: (Stay & { ageMs: number })[], atMs: number): void {
      for (const { guildId, userId, countedMs, ageMs } of stays) {
        guildOf(guildId, atMs).people.set(userId, {
          channelId: null,
          isDeaf: false,
          isBot: false,
          joinedAt: null,
          countedMs,
          leftAtMs: atMs - ageMs,
          isCounting: false,
        })
      }
    },

    /** Credits the time until now, and forgets those whose stay is over. */
    advance(atMs: number): void {
      for (const [guildId, guild] of guilds) {
        settle(guild, atMs)
        for (const [userId, { leftAtMs }] of guild.people) {
          if (leftAtMs !== undefined && atMs - leftAtMs > awayMs) guild.people.delete(userId)
        }
        if (guild.people.size === 0 && guild.afkChannelId === null) guilds.delete(guildId)
      }
    },

    /** Those who have been in voice for long enough, as of the last `advance`. */
    enough(): (Stay & { joinedAt: Date | null })[] {
      return [...guilds].flatMap(([guildId, { people }]) =>
        [...people].flatMap(([userId, { countedMs, joinedAt }]) =>
          countedMs > enoughMs ? [{ guildId, userId, countedMs, joinedAt }] : [],
        ),
      )
    },

    /** Counting begins anew for somebody of whom it is on record. */
    startAnew(guildId: bigint, userId: bigint): void {
      const person = guilds.get(guildId)?.people.get(userId)
      if (person) person.countedMs = 0
    },

    /** What a successor must know: of those who are in voice, and of those who left after `sinceMs`. */
    stays(sinceMs: number): Stay[] {
      return [...guilds].flatMap(([guildId, { people }]) =>
        [...people].flatMap(([userId, { countedMs, isBot, leftAtMs }]) =>
          isBot || (leftAtMs !== undefined && leftAtMs <= sinceMs) ? [] : [{ guildId, userId, countedMs }],
        ),
      )
    },
  }
}
