import { z } from 'zod'
import type { Core } from '../core.ts'
import type { Channel, Guild, Message, User } from '../world/model.ts'
import { missing, wrong } from './control-error.ts'

export const id = z.string().regex(/^\d{1,20}$/, 'expected an id of digits')

export function userNamed({ world }: Core, field: string, userId: string): User {
  const user = world.users.get(userId)
  if (!user) throw missing(field, `there is no user ${userId}`)
  if (user.bot) throw wrong(field, 'is the bot, which acts for itself')
  return user
}

export function channelNamed({ world }: Core, field: string, channelId: string): Channel {
  const channel = world.channels.get(channelId)
  if (!channel) throw missing(field, `there is no channel ${channelId}`)
  return channel
}

export function guildNamed({ world }: Core, field: string, guildId: string): Guild {
  const guild = world.guilds.get(guildId)
  if (!guild) throw missing(field, `there is no guild ${guildId}`)
  return guild
}

export function messageNamed({ messages }: Core, field: string, messageId: string): Message {
  const message = messages.get(messageId)
  if (!message) throw missing(field, `there is no message ${messageId}`)
  return message
}

/** A user acts in a channel: it has to be one that the user sees. */
export function mustSee({ world }: Core, field: string, user: User, channel: Channel): void {
  if (!world.canSee(user.id, channel)) throw wrong(field, `${user.username} is not in channel ${channel.id}`)
}
