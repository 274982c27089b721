import type { Core } from '../core.ts'
import { dmChannelPayload, guildChannelPayload } from '../payloads/channel.ts'
import { botPermissions, memberPermissions } from '../payloads/permissions.ts'
import { memberPayload, userPayload } from '../payloads/user.ts'
import type { Channel, Message, User } from '../world/model.ts'
import { BOT_ID } from '../world/world.ts'
import type { Interaction } from './interactions.ts'

export type Opening = {
  user: User
  channel: Channel
  /** Discord's: 2 command, 3 component, 4 autocomplete, 5 modal. */
  type: number
  commandName: string
  data: unknown
  source?: Message
  /** The JSON of `source`. */
  message?: unknown
}

/** Opens an interaction and sends INTERACTION_CREATE to the shard it belongs to. */
export function openInteraction(core: Core, opening: Opening): Interaction {
  const { user, channel, type, commandName, data, source, message } = opening
  const guild = core.world.guildOf(channel)
  const interaction = core.interactions.open({
    id: core.world.snowflakes.next(),
    type,
    userId: user.id,
    channelId: channel.id,
    commandName,
    ...(guild && { guildId: guild.id }),
    ...(source && { source }),
  })
  const where = guild
    ? {
        guild_id: guild.id,
        guild: { id: guild.id, locale: 'en-US', features: [] },
        guild_locale: 'en-US',
        context: 0,
        channel: {
          ...guildChannelPayload(channel, guild.channels.indexOf(channel)),
          guild_id: guild.id,
          permissions: memberPermissions(guild, user.id),
        },
        member: { ...memberPayload(guild, user), permissions: memberPermissions(guild, user.id) },
        authorizing_integration_owners: { '0': guild.id },
      }
    : {
        context: 1,
        channel: dmChannelPayload(channel, user),
        user: userPayload(user),
        authorizing_integration_owners: { '0': '0' },
      }
  const payload = {
    version: 1,
    id: interaction.id,
    application_id: BOT_ID,
    token: interaction.token,
    type,
    channel_id: channel.id,
    locale: 'en-US',
    app_permissions: botPermissions(channel),
    entitlements: [],
    entitlement_sku_ids: [],
    attachment_size_limit: 10 * 1024 * 1024,
    data,
    ...(message !== undefined && { message }),
    ...where,
  }
  core.announce.interactionCreated(payload, guild)
  core.announce.interactionChanged(interaction)
  return interaction
}
