import type { Guild, User } from '../world/model.ts'
import { sentAtMsOf } from '../world/snowflake.ts'
import { BOT_ID, bot, type World } from '../world/world.ts'
import { artPayload } from './art.ts'
import { guildChannelPayload } from './channel.ts'
import { ownerIdOf } from './permissions.ts'
import { rolePayloads } from './role.ts'
import { memberPayload } from './user.ts'
import { voiceStatePayload } from './voice.ts'

const SAME_IN_EVERY_GUILD = {
  icon: null,
  description: null,
  home_header: null,
  splash: null,
  discovery_splash: null,
  features: [],
  banner: null,
  application_id: null,
  region: 'deprecated',
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_flags: 0,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 0,
  default_message_notifications: 1,
  mfa_level: 0,
  explicit_content_filter: 0,
  max_presences: null,
  max_members: 500_000,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  vanity_url_code: null,
  premium_tier: 0,
  premium_subscription_count: 0,
  preferred_locale: 'en-US',
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  public_updates_channel_id: null,
  premium_progress_bar_enabled: false,
  nsfw: false,
  nsfw_level: 0,
  incidents_data: null,
}

export const guildPayload = (guild: Guild) => ({
  id: guild.id,
  name: guild.name,
  ...SAME_IN_EVERY_GUILD,
  owner_id: ownerIdOf(guild, BOT_ID),
  system_channel_id: guild.channels[0]?.id ?? null,
  roles: rolePayloads(guild),
  ...artPayload(guild),
})

/** Without the privileged intent GUILD_MEMBERS it lists only the bot and who is in voice, as Discord does. */
export function guildCreatePayload(guild: Guild, world: World, everyMember: boolean) {
  const listed = everyMember ? guild.memberIds : (guild.voice?.keys() ?? [])
  const members: User[] = [bot]
  for (const id of listed) {
    const user = world.users.get(id)
    if (user) members.push(user)
  }
  return {
    ...guildPayload(guild),
    joined_at: new Date(sentAtMsOf(guild.id)).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.memberIds.size + 1,
    voice_states: [...(guild.voice ?? [])].map(([userId, channelId]) => voiceStatePayload(userId, channelId)),
    members: members.map(user => memberPayload(guild, user)),
    channels: guild.channels.map(guildChannelPayload),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}
