import { type Channel, type Guild, type Message, MessageFlag } from '../world/model.ts'
import { BOT_ID, bot, type World } from '../world/world.ts'
import { partialMemberPayload, userPayload } from './user.ts'

const at = (ms: number) => new Date(ms).toISOString().replace('Z', '000+00:00')

export function emojiPayload(emoji: string) {
  const [name = emoji, id] = emoji.split(':')
  return { id: id ?? null, name }
}

const attachmentPayload =
  (message: Message, base: string) => (attachment: Message['attachments'][number]) => {
    const url = `${base}/attachments/${message.channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`
    return {
      id: attachment.id,
      filename: attachment.filename,
      size: attachment.size,
      url,
      proxy_url: url,
      content_type: attachment.contentType,
      ...(attachment.description !== undefined && { description: attachment.description }),
      ...(message.ephemeralTo && { ephemeral: true }),
    }
  }

/** Whom Discord would show as "used /countdown": on answers to interactions only. */
function interactionMetadata(message: Message, world: World) {
  const { interaction } = message
  const user = interaction && world.users.get(interaction.userId)
  if (!interaction || !user) return undefined
  const metadata = {
    id: interaction.id,
    type: interaction.type,
    user: userPayload(user),
    authorizing_integration_owners: { '0': '0' },
  }
  if (interaction.type === 2) return { ...metadata, name: interaction.commandName, command_type: 1 }
  return interaction.type === 3
    ? { ...metadata, interacted_message_id: message.replyToId ?? message.id }
    : undefined
}

/** The message as REST answers it. */
export function messagePayload(
  message: Message,
  { world, base, replyTo }: { world: World; base: string; replyTo?: Message | null },
): Record<string, unknown> {
  const author = world.users.get(message.authorId) ?? bot
  const metadata = interactionMetadata(message, world)
  const users = message.mentionIds.flatMap(id => world.users.get(id) ?? [])
  return {
    id: message.id,
    type: message.type,
    channel_id: message.channelId,
    author: userPayload(author),
    content: message.content,
    timestamp: at(message.sentAtMs),
    edited_timestamp: message.editedAtMs === undefined ? null : at(message.editedAtMs),
    tts: false,
    mention_everyone: message.mentionEveryone,
    mentions: users.map(userPayload),
    mention_roles: message.mentionRoleIds,
    attachments: message.attachments.map(attachmentPayload(message, base)),
    embeds: message.embeds,
    components: message.components,
    pinned: false,
    flags: message.flags,
    ...(message.nonce !== undefined && { nonce: message.nonce }),
    ...(message.interaction && { application_id: BOT_ID, webhook_id: BOT_ID }),
    ...(metadata && { interaction_metadata: metadata }),
    ...(message.reactions.length > 0 && {
      reactions: message.reactions.map(({ emoji, userIds }) => ({
        emoji: emojiPayload(emoji),
        count: userIds.size,
        count_details: { burst: 0, normal: userIds.size },
        burst_colors: [],
        me: userIds.has(BOT_ID),
        me_burst: false,
      })),
    }),
    ...(message.replyToId &&
      message.type === 19 && {
        message_reference: { type: 0, message_id: message.replyToId, channel_id: message.channelId },
        referenced_message: replyTo ? messagePayload(replyTo, { world, base }) : null,
      }),
  }
}

/** What the gateway adds to it. */
export const messageEventPayload = (
  message: Message,
  payload: Record<string, unknown>,
  channel: Channel,
  guild: Guild | undefined,
) => ({
  ...payload,
  channel_type: channel.type,
  ...(guild && {
    guild_id: guild.id,
    ...(!message.interaction && { member: partialMemberPayload(guild, message.authorId) }),
  }),
})

/** What a bot without MESSAGE_CONTENT gets of a message that neither mentions it nor is its own nor a DM. */
export const withoutContent = (payload: Record<string, unknown>): Record<string, unknown> => ({
  ...payload,
  content: '',
  embeds: [],
  attachments: [],
  components: [],
})

export const isEphemeral = (message: Message): boolean => (message.flags & MessageFlag.ephemeral) !== 0
