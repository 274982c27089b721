import { z } from 'zod'

const item = z.looseObject({ id: z.string() })
type Item = z.infer<typeof item>
const items = z.array(item).catch([])

/** A guild as GUILD_CREATE gives it, kept up to date by the events that followed. */
export type RawGuild = z.infer<typeof item>
export type Packet = { t: string; d: unknown }

const inGuild = z.looseObject({ guild_id: z.string() })
const threads = z.object({ guild_id: z.string(), threads: items })
const role = z.object({ guild_id: z.string(), role: item })
const deletedRole = z.object({ guild_id: z.string(), role_id: z.string() })
const member = z.looseObject({ guild_id: z.string(), user: item })
const voice = z.looseObject({
  guild_id: z.string(),
  user_id: z.string(),
  channel_id: z.string().nullable(),
  member: z.looseObject({ user: item }).optional(),
})

/** The events that change what is kept of a guild. */
const FOLDS: Record<string, (guilds: Map<string, RawGuild>, data: unknown) => void> = {
  GUILD_CREATE: (guilds, data) => {
    const guild = item.parse(data)
    guilds.set(guild.id, guild)
  },
  GUILD_UPDATE: (guilds, data) => {
    const change = item.parse(data)
    const guild = guilds.get(change.id)
    if (guild) Object.assign(guild, change)
  },
  GUILD_DELETE: (guilds, data) => {
    const { id, unavailable } = item.extend({ unavailable: z.boolean().optional() }).parse(data)
    if (unavailable) guilds.set(id, { id, unavailable: true })
    else guilds.delete(id)
  },
  CHANNEL_CREATE: putIn('channels'),
  CHANNEL_UPDATE: putIn('channels'),
  CHANNEL_DELETE: takeFrom('channels'),
  THREAD_CREATE: putIn('threads'),
  THREAD_UPDATE: putIn('threads'),
  THREAD_DELETE: takeFrom('threads'),
  THREAD_LIST_SYNC: (guilds, data) => {
    const read = threads.parse(data)
    for (const thread of read.threads) change(guilds, read.guild_id, 'threads', byId(thread.id), thread)
  },
  GUILD_ROLE_CREATE: (guilds, data) => {
    const read = role.parse(data)
    change(guilds, read.guild_id, 'roles', byId(read.role.id), read.role)
  },
  GUILD_ROLE_UPDATE: (guilds, data) => {
    const read = role.parse(data)
    change(guilds, read.guild_id, 'roles', byId(read.role.id), read.role)
  },
  GUILD_ROLE_DELETE: (guilds, data) => {
    const read = deletedRole.parse(data)
    change(guilds, read.guild_id, 'roles', byId(read.role_id))
  },
  /** Without the members' intent it comes for the bot itself alone. */
  GUILD_MEMBER_UPDATE: (guilds, data) => {
    const read = member.parse(data)
    change(guilds, read.guild_id, 'members', byUser(read.user.id), read)
  },
  VOICE_STATE_UPDATE: (guilds, data) => {
    const { member: who, ...state } = voice.parse(data)
    const isSame = (other: object) => 'user_id' in other && other.user_id === state.user_id
    const isThere = state.channel_id !== null
    change(guilds, state.guild_id, 'voice_states', isSame, isThere ? state : undefined)
    if (who && isThere) change(guilds, state.guild_id, 'members', byUser(who.user.id), who)
  },
}

const byId = (id: string) => (other: object) => 'id' in other && other.id === id
const byUser = (id: string) => (other: object) =>
  item.safeParse('user' in other && other.user).data?.id === id

/** Replaces, adds or takes out one thing of one of a guild's lists. */
function change(
  guilds: Map<string, RawGuild>,
  guildId: string,
  list: string,
  isSame: (other: object) => boolean,
  now?: object,
): void {
  const guild = guilds.get(guildId)
  if (!guild) return
  const rest = z
    .array(z.looseObject({}))
    .catch([])
    .parse(guild[list])
    .filter(other => !isSame(other))
  guild[list] = now ? [...rest, now] : rest
}

function putIn(list: string) {
  return (guilds: Map<string, RawGuild>, data: unknown) => {
    const one: Item = item.parse(data)
    change(guilds, inGuild.parse(data).guild_id, list, byId(one.id), one)
  }
}

function takeFrom(list: string) {
  return (guilds: Map<string, RawGuild>, data: unknown) =>
    change(guilds, inGuild.parse(data).guild_id, list, byId(item.parse(data).id))
}

/** Whether an event changes what is kept of a guild. */
export const changesGuilds = (type: string): boolean => Object.hasOwn(FOLDS, type)

/** Brings guilds up to date with one event; one of another shape than documented changes nothing. */
export function fold(guilds: Map<string, RawGuild>, { t, d }: Packet): void {
  try {
    FOLDS[t]?.(guilds, d)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
  }
}
