import { type Channel, ChannelType, type User } from '../world/model.ts'
import { BOT_ID } from '../world/world.ts'
import { overwritesOf } from './permissions.ts'
import { userPayload } from './user.ts'

export const dmChannelPayload = (channel: Channel, recipient: User) => ({
  id: channel.id,
  type: ChannelType.dm,
  flags: 0,
  last_message_id: channel.lastMessageId ?? null,
  recipients: [userPayload(recipient)],
})

/** GUILD_CREATE has channels without `guild_id`; everything else has it. */
export const guildChannelPayload = (channel: Channel, position: number) => ({
  id: channel.id,
  type: channel.type,
  flags: 0,
  name: channel.name,
  position,
  parent_id: null,
  permission_overwrites: overwritesOf(channel, BOT_ID),
  last_message_id: channel.lastMessageId ?? null,
  nsfw: false,
  rate_limit_per_user: 0,
  ...(channel.type === ChannelType.voice
    ? { bitrate: 64_000, user_limit: 0, rtc_region: null }
    : { topic: channel.topic ?? null, last_pin_timestamp: null }),
})
