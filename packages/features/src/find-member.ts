import { type Client, DiscordAPIError, PermissionFlagsBits, RESTJSONErrorCodes } from 'discord.js'
import type { Discord } from './discord.ts'

/** Asks Discord anew each time: roles may have changed. The guild must be on a shard of this client. */
export const findMemberWith =
  (client: Client): Discord['member'] =>
  async (guildId, userId) => {
    const guild = client.guilds.cache.get(String(guildId))
    if (!guild) throw new Error(`guild ${guildId} is not on a shard of this process`)
    try {
      const member = await guild.members.fetch({ user: String(userId), force: true, cache: false })
      return {
        isBot: member.user.bot,
        joinedAt: member.joinedAt,
        isAdministrator: member.permissions.has(PermissionFlagsBits.Administrator),
      }
    } catch (error) {
      const isUnknown =
        error instanceof DiscordAPIError &&
        (error.code === RESTJSONErrorCodes.UnknownMember || error.code === RESTJSONErrorCodes.UnknownUser)
      if (isUnknown) return undefined
      throw error
    }
  }
