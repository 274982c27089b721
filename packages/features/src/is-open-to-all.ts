import { ChannelType, type Client, PermissionFlagsBits } from 'discord.js'
import type { Discord } from './discord.ts'

/** By the roles and channels that Discord told the shard of the guild, which must be one of this client. */
export const isOpenToAllIn =
  (client: Client): Discord['isOpenToAll'] =>
  async (guildId, channelId) => {
    const guild = client.guilds.cache.get(String(guildId))
    const channel = await client.channels.fetch(String(channelId))
    if (!guild || !channel || channel.isDMBased() || channel.type === ChannelType.PrivateThread) return false
    return channel.permissionsFor(guild.roles.everyone)?.has(PermissionFlagsBits.ViewChannel) ?? false
  }
