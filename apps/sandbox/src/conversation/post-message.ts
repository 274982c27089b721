import type { Core } from '../core.ts'
import { emptyMessage, invalidForm, unknownMessage } from '../rest/rest-error.ts'
import type { UploadedFile } from '../rest/route.ts'
import { mentionsIn } from '../world/mentions.ts'
import {
  type Attachment,
  type Channel,
  type InteractionOrigin,
  type Message,
  MessageFlag,
  type User,
} from '../world/model.ts'
import { sentAtMsOf } from '../world/snowflake.ts'
import { placeComponents } from './components.ts'
import type { MessageBody } from './message-body.ts'

const COMPONENTS_V2 = 1 << 15
const SETTABLE_FLAGS = MessageFlag.suppressEmbeds | MessageFlag.ephemeral | COMPONENTS_V2 | (1 << 12)

export type Post = {
  channel: Channel
  author: User
  body: MessageBody
  files?: UploadedFile[]
  interaction?: InteractionOrigin
  /** With an interaction: the user who alone sees it. */
  ephemeralTo?: string
}

const embedsOf = ({ embeds }: MessageBody): unknown[] =>
  (embeds ?? []).map(embed => ({ type: 'rich', content_scan_version: 0, ...embed }))

function attach(files: UploadedFile[], { attachments }: MessageBody, core: Core): Attachment[] {
  return files.map(file => {
    const told = attachments?.find(({ id }) => id === file.id)
    const id = core.world.snowflakes.next()
    core.attachments.add(id, file)
    return {
      id,
      filename: told?.filename ?? file.filename,
      contentType: file.contentType,
      size: file.content.length,
      ...(told?.description && { description: told.description }),
    }
  })
}

/** Makes the message without telling anybody. */
export function composeMessage(core: Core, post: Post): Message {
  const { channel, author, body, files = [], interaction, ephemeralTo } = post
  const flags = (body.flags ?? 0) & SETTABLE_FLAGS
  const content = (body.content ?? '').trim()
  const components = placeComponents(body.components ?? [], flags)
  if (flags & COMPONENTS_V2 && (content !== '' || (body.embeds?.length ?? 0) > 0))
    throw invalidForm(
      ['content'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      'The fields content and embeds cannot be used with IS_COMPONENTS_V2',
    )
  if (content === '' && !body.embeds?.length && files.length === 0 && components.length === 0)
    throw emptyMessage()
  const replied = body.message_reference ? core.messages.get(body.message_reference.message_id) : undefined
  if (body.message_reference && !replied && body.message_reference.fail_if_not_exists !== false) {
    throw invalidForm(['message_reference'], 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message')
  }
  const id = core.world.snowflakes.next()
  const type = interaction ? (interaction.type === 2 ? 20 : 23) : replied ? 19 : 0
  return {
    id,
    channelId: channel.id,
    authorId: author.id,
    content,
    sentAtMs: sentAtMsOf(id),
    type: interaction?.type === 5 ? 0 : type,
    flags,
    ...(body.nonce !== undefined && body.nonce !== null && { nonce: body.nonce }),
    embeds: embedsOf(body),
    components,
    attachments: attach(files, body, core),
    reactions: [],
    ...mentionsIn(content, {
      world: core.world,
      guildId: channel.guildId,
      allowed: body.allowed_mentions ?? undefined,
      repliedTo: replied?.authorId,
    }),
    ...(replied && { replyToId: replied.id }),
    ...(interaction && { interaction }),
    ...(ephemeralTo && { ephemeralTo }),
  }
}

/** Writes it into the channel and tells the bot and the chats. */
export function publish(core: Core, message: Message, channel: Channel): void {
  core.messages.add(message)
  if (!message.ephemeralTo) channel.lastMessageId = message.id
  core.announce.messageCreated(message, channel)
}

export function postMessage(core: Core, post: Post): Message {
  const message = composeMessage(core, post)
  publish(core, message, post.channel)
  return message
}

/** What stands in `body` replaces what was there; what is absent stays. */
export function editMessage(core: Core, message: Message, body: MessageBody, files: UploadedFile[]): void {
  const channel = core.world.channels.get(message.channelId)
  if (!channel || !core.messages.get(message.id)) throw unknownMessage()
  const content = body.content === undefined ? message.content : (body.content ?? '').trim()
  const embeds = body.embeds === undefined ? message.embeds : embedsOf(body)
  const components =
    body.components === undefined ? message.components : placeComponents(body.components ?? [], message.flags)
  const kept = body.attachments
    ? message.attachments.filter(({ id }) => body.attachments?.some(named => named.id === id))
    : message.attachments
  if (content === '' && embeds.length + components.length + kept.length + files.length === 0)
    throw emptyMessage()
  message.attachments = [...kept, ...attach(files, body, core)]
  message.content = content
  message.embeds = embeds
  message.components = components
  const appears = (message.flags & MessageFlag.loading) !== 0
  if (appears) message.flags &= ~MessageFlag.loading
  else message.editedAtMs = Date.now()
  if (body.content !== undefined) {
    const { guildId } = channel
    const allowed = body.allowed_mentions ?? undefined
    Object.assign(message, mentionsIn(content, { world: core.world, guildId, allowed }))
  }
  core.announce.messageUpdated(message, channel, appears)
}

export function deleteMessage(core: Core, message: Message): void {
  const channel = core.world.channels.get(message.channelId)
  core.messages.remove(message)
  if (channel) core.announce.messageDeleted(message, channel)
}
