import type { Component } from '../conversation/message-body.ts'

export type User = { id: string; username: string; bot: boolean }

export const ChannelType = { text: 0, dm: 1, voice: 2 } as const

export type Channel = {
  id: string
  name: string
  type: (typeof ChannelType)[keyof typeof ChannelType]
  /** Absent for a DM. */
  guildId?: string
  /** The user at the other end of a DM with the bot. */
  recipientId?: string
  lastMessageId?: string
  /** Absent where the bot may do all; see `POST /sandbox/channels/:id/permissions`. */
  botLacks?: { view: boolean; send: boolean }
  /** Only who was let in sees it, the bot among them. */
  isPrivate?: boolean
}

export type Guild = {
  id: string
  name: string
  /** `id >> 22`. */
  shardKey: number
  channels: Channel[]
  /** Without the bot, which is in every guild. */
  memberIds: Set<string>
  /** User to voice channel; absent while nobody is in one. */
  voice?: Map<string, string>
}

export type Attachment = {
  id: string
  filename: string
  contentType: string
  size: number
  description?: string
}

export type InteractionOrigin = { id: string; type: number; userId: string; commandName: string }

export type Message = {
  id: string
  channelId: string
  authorId: string
  content: string
  sentAtMs: number
  editedAtMs?: number
  /** Discord's: 0 plain, 19 reply, 20 answer to a slash command, 23 to another interaction. */
  type: number
  flags: number
  nonce?: string | number
  embeds: unknown[]
  components: Component[]
  attachments: Attachment[]
  reactions: { emoji: string; userIds: Set<string> }[]
  mentionIds: string[]
  mentionRoleIds: string[]
  mentionEveryone: boolean
  replyToId?: string
  interaction?: InteractionOrigin
  /** Seen by this user alone, and in no channel's history. */
  ephemeralTo?: string
}

export const MessageFlag = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, loading: 1 << 7 } as const
