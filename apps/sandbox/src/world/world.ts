import { type Furniture, furnish } from './furnish.ts'
import { type Channel, ChannelType, type Guild, type User } from './model.ts'
import { createSnowflakes, firstIdAt, shardKeyOf } from './snowflake.ts'

/** Fixed moments, so that ids are the same from start to start. */
const USERS_SINCE_MS = Date.UTC(2024, 0, 1)
const GUILDS_SINCE_MS = Date.UTC(2024, 1, 1)

/** Also the application's id, as with every application that Discord made in recent years. */
export const BOT_ID = (firstIdAt(USERS_SINCE_MS) - (1n << 22n)).toString()

export const bot: User = { id: BOT_ID, username: 'Shardlight', bot: true }

export type World = ReturnType<typeof createWorld>

/** Everything that exists, without what was written: users, guilds, channels, DMs. */
export function createWorld() {
  const users = new Map<string, User>([[bot.id, bot]])
  const guilds = new Map<string, Guild>()
  const channels = new Map<string, Channel>()
  const dms = new Map<string, Channel>()
  const snowflakes = createSnowflakes()
  let usersMade = 0
  let guildsMade = 0

  function restoreUser(user: User): void {
    users.set(user.id, user)
    snowflakes.seen(user.id)
  }

  function restoreGuild(guild: Guild): void {
    guilds.set(guild.id, guild)
    for (const channel of guild.channels) channels.set(channel.id, channel)
  }

  function openDm(userId: string): Channel {
    const open = dms.get(userId)
    if (open) return open
    const id = (BigInt(userId) + 1n).toString()
    const channel: Channel = { id, name: '', type: ChannelType.dm, recipientId: userId }
    dms.set(userId, channel)
    channels.set(id, channel)
    return channel
  }

  return {
    users,
    guilds,
    channels,
    dms,
    snowflakes,
    restoreUser,
    restoreGuild,
    openDm,

    addUser(username: string): User {
      let id: string
      do id = firstIdAt(USERS_SINCE_MS + usersMade++).toString()
      while (users.has(id))
      const user: User = { id, username, bot: false }
      restoreUser(user)
      return user
    },

    /** Guilds made one after another fall on consecutive shards. */
    addGuild({
      name,
      id,
      memberIds,
      furniture,
    }: {
      name: string
      id?: string
      memberIds: Iterable<string>
      furniture?: Furniture
    }): Guild {
      let guildId = id
      while (guildId === undefined) {
        const next = firstIdAt(GUILDS_SINCE_MS + guildsMade++).toString()
        if (!guilds.has(next)) guildId = next
      }
      const channel = (offset: bigint, channelName: string, type: Channel['type']): Channel => ({
        id: (BigInt(guildId) + offset).toString(),
        name: channelName,
        type,
        guildId,
      })
      const guild: Guild = {
        id: guildId,
        name,
        shardKey: shardKeyOf(guildId),
        channels: [
          channel(1n, 'general', ChannelType.text),
          channel(2n, 'playground', ChannelType.text),
          channel(3n, 'Voice', ChannelType.voice),
        ],
        memberIds: new Set(memberIds),
      }
      if (furniture) furnish(guild, furniture)
      restoreGuild(guild)
      return guild
    },

    removeGuild(guild: Guild): void {
      for (const channel of guild.channels) channels.delete(channel.id)
      guilds.delete(guild.id)
    },

    removeChannel(channel: Channel): void {
      channels.delete(channel.id)
      if (channel.recipientId) dms.delete(channel.recipientId)
      const guild = channel.guildId && guilds.get(channel.guildId)
      if (guild) guild.channels = guild.channels.filter(other => other !== channel)
    },

    guildOf: (channel: Channel): Guild | undefined =>
      channel.guildId === undefined ? undefined : guilds.get(channel.guildId),

    /** Who may read there, without the bot. */
    canSee(userId: string, channel: Channel): boolean {
      if (channel.recipientId) return channel.recipientId === userId
      return channel.guildId !== undefined && guilds.get(channel.guildId)?.memberIds.has(userId) === true
    },
  }
}
