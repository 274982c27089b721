import type { Component } from '../conversation/message-body.ts'

export type User = { id: string; username: string; bot: boolean }

export const ChannelType = { text: 0, dm: 1, voice: 2 } as const

/** A role of a guild beside @everyone. */
export type Role = {
  id: string
  name: string
  /** As Discord writes it: the bits as a decimal number. */
  permissions: string
  /** Discord makes one for each bot that was invited with permissions; nobody else has it. */
  isOfBot?: boolean
}

export type RoleOverwrite = { roleId: string; allow: string; deny: string }

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
  topic?: string
  /** Only told, not enforced. */
  roleOverwrites?: RoleOverwrite[]
}

export type Guild = {
  id: string
  name: string
  /** `id >> 22`. */
  shardKey: number
  channels: Channel[]
  /** Without the bot, which is in every guild. */
  memberIds: Set<string>
  /** Beside @everyone, lowest first; absent where there are none. */
  roles?: Role[]
  /** User to the ids of the roles they have. */
  memberRoles?: Map<string, Set<string>>
  /** How many custom emojis and stickers are told. */
  art?: { emojis: number; stickers: number }
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
