import { GatewayDispatchEvents as Event, GatewayIntentBits as Intent } from 'discord-api-types/v10'
import { guildView } from '../control/views.ts'
import { guildChannelPayload } from '../payloads/channel.ts'
import { guildCreatePayload } from '../payloads/guild.ts'
import { rolePayload } from '../payloads/role.ts'
import { memberPayload, userPayload } from '../payloads/user.ts'
import { voiceStatePayload } from '../payloads/voice.ts'
import type { Channel, Guild, Role, User } from '../world/model.ts'
import type { Audience } from './audience.ts'

/** News of guilds, their channels and who is in them. */
export function announceGuilds({ world, sessions, feed }: Audience) {
  return {
    guildCreated(guild: Guild): void {
      sessions.dispatch({
        type: Event.GuildCreate,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: guildCreatePayload(guild, world, false),
      })
      if (feed.isWatched()) feed.toUsers(guild.memberIds, { type: 'guild', guild: guildView(guild) })
    },

    guildDeleted(guild: Guild): void {
      sessions.dispatch({
        type: Event.GuildDelete,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: { id: guild.id },
      })
      feed.toUsers(guild.memberIds, { type: 'guild-delete', id: guild.id })
    },

    memberJoined(guild: Guild, user: User): void {
      sessions.dispatch({
        type: Event.GuildMemberAdd,
        intents: Intent.GuildMembers,
        shardKey: guild.shardKey,
        data: { ...memberPayload(guild, user), guild_id: guild.id },
      })
      feed.toUsers(guild.memberIds, { type: 'guild', guild: guildView(guild) })
    },

    memberLeft(guild: Guild, user: User): void {
      sessions.dispatch({
        type: Event.GuildMemberRemove,
        intents: Intent.GuildMembers,
        shardKey: guild.shardKey,
        data: { guild_id: guild.id, user: userPayload(user) },
      })
      feed.toUser(user.id, { type: 'guild-delete', id: guild.id })
      feed.toUsers(guild.memberIds, { type: 'guild', guild: guildView(guild) })
    },

    memberChanged(guild: Guild, user: User): void {
      sessions.dispatch({
        type: Event.GuildMemberUpdate,
        intents: Intent.GuildMembers,
        shardKey: guild.shardKey,
        data: { ...memberPayload(guild, user), guild_id: guild.id },
      })
    },

    roleChanged(guild: Guild, role: Role, type: 'GUILD_ROLE_CREATE' | 'GUILD_ROLE_UPDATE'): void {
      const position = 1 + (guild.roles?.indexOf(role) ?? 0)
      sessions.dispatch({
        type,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: { guild_id: guild.id, role: rolePayload(role, position) },
      })
    },

    roleDeleted(guild: Guild, role: Role): void {
      sessions.dispatch({
        type: Event.GuildRoleDelete,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: { guild_id: guild.id, role_id: role.id },
      })
    },

    /** Discord says nothing to the bot of DM channels. */
    channelChanged(channel: Channel, type: 'CHANNEL_UPDATE' | 'CHANNEL_DELETE'): void {
      const guild = world.guildOf(channel)
      if (type === 'CHANNEL_DELETE') feed.toChannel(channel, { type: 'channel-delete', id: channel.id })
      if (!guild) return
      const position = Math.max(0, guild.channels.indexOf(channel))
      sessions.dispatch({
        type,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: { ...guildChannelPayload(channel, position), guild_id: guild.id },
      })
    },

    voiceChanged(guild: Guild, user: User, channelId: string | null): void {
      sessions.dispatch({
        type: Event.VoiceStateUpdate,
        intents: Intent.GuildVoiceStates,
        shardKey: guild.shardKey,
        data: {
          ...voiceStatePayload(user.id, channelId),
          guild_id: guild.id,
          member: memberPayload(guild, user),
        },
      })
      feed.toUsers(guild.memberIds, { type: 'voice', guildId: guild.id, channelId, userId: user.id })
    },
  }
}
