import { createHash } from 'node:crypto'

/** As in GUILD_CREATE: without `guild_id` and `member`. */
export const voiceStatePayload = (userId: string, channelId: string | null) => ({
  channel_id: channelId,
  user_id: userId,
  session_id: createHash('md5').update(`voice of ${userId}`).digest('hex'),
  deaf: false,
  mute: false,
  self_deaf: false,
  self_mute: false,
  self_stream: false,
  self_video: false,
  suppress: false,
  request_to_speak_timestamp: null,
})
