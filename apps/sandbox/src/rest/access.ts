import type { Core } from '../core.ts'
import { type Channel, ChannelType, type Guild, type Message } from '../world/model.ts'
import {
  missingAccess,
  missingPermissions,
  unknownChannel,
  unknownGuild,
  unknownMessage,
} from './rest-error.ts'
import type { RestRequest } from './route.ts'

/** The channel of the path, where the bot may see it. */
export function channelOf({ params, core }: RestRequest): Channel {
  const channel = core.world.channels.get(params['channelId'] ?? '')
  if (!channel) throw unknownChannel()
  if (channel.botLacks?.view) throw missingAccess()
  return channel
}

/** The same, where the bot may also write. */
export function writableChannelOf(request: RestRequest): Channel {
  const channel = channelOf(request)
  if (channel.botLacks?.send) throw missingPermissions()
  return channel
}

export function guildOf({ params, core }: RestRequest): Guild {
  const guild = core.world.guilds.get(params['guildId'] ?? '')
  if (!guild) throw unknownGuild()
  return guild
}

export function messageOf(core: Core, channel: Channel, id: string | undefined): Message {
  const message = core.messages.get(id ?? '')
  if (!message || message.channelId !== channel.id || message.ephemeralTo) throw unknownMessage()
  return message
}

export const isDm = (channel: Channel): boolean => channel.type === ChannelType.dm
