import type { MessageBody } from '../conversation/message-body.ts'
import {
  composeMessage,
  deleteMessage,
  editMessage,
  type Post,
  publish,
} from '../conversation/post-message.ts'
import type { Core } from '../core.ts'
import { unknownChannel } from '../rest/rest-error.ts'
import type { UploadedFile } from '../rest/route.ts'
import { type Message, MessageFlag } from '../world/model.ts'
import { sentAtMsOf } from '../world/snowflake.ts'
import { bot } from '../world/world.ts'
import type { Interaction } from './interactions.ts'

export const originOf = ({ id, type, userId, commandName }: Interaction) => ({
  id,
  type,
  userId,
  commandName,
})

/** A message of the bot in answer to an interaction; ephemeral where its flags say so. */
export function answerWith(
  core: Core,
  interaction: Interaction,
  { body, files }: { body: MessageBody; files: UploadedFile[] },
): Message {
  const channel = core.world.channels.get(interaction.channelId)
  if (!channel) throw unknownChannel()
  const ephemeral = ((body.flags ?? 0) & MessageFlag.ephemeral) !== 0
  const post: Post = {
    channel,
    author: bot,
    body,
    files,
    interaction: originOf(interaction),
    ...(ephemeral && { ephemeralTo: interaction.userId }),
  }
  const message = composeMessage(core, post)
  interaction.messages.push(message)
  publish(core, message, channel)
  return message
}

/** What a deferral leaves in the channel until the answer comes: "thinking", with the flag LOADING. */
export function placeholder(core: Core, interaction: Interaction, ephemeral: boolean): Message {
  const channel = core.world.channels.get(interaction.channelId)
  if (!channel) throw unknownChannel()
  const id = core.world.snowflakes.next()
  const message: Message = {
    id,
    channelId: channel.id,
    authorId: bot.id,
    content: '',
    sentAtMs: sentAtMsOf(id),
    type: interaction.type === 2 ? 20 : 23,
    flags: MessageFlag.loading | (ephemeral ? MessageFlag.ephemeral : 0),
    embeds: [],
    components: [],
    attachments: [],
    reactions: [],
    mentionIds: [],
    mentionRoleIds: [],
    mentionEveryone: false,
    interaction: originOf(interaction),
    ...(ephemeral && { ephemeralTo: interaction.userId }),
  }
  publish(core, message, channel)
  return message
}

/** Edits an answer; the first edit after a deferral is what makes it appear. */
export function editAnswer(core: Core, interaction: Interaction, edit: AnswerEdit): void {
  const { message, body, files } = edit
  editMessage(core, message, body, files)
  if (message === interaction.original) interaction.deferred = false
  if (!interaction.messages.includes(message)) interaction.messages.push(message)
  core.announce.interactionChanged(interaction)
}

type AnswerEdit = { message: Message; body: MessageBody; files: UploadedFile[] }

export function removeAnswer(core: Core, interaction: Interaction, message: Message): void {
  interaction.messages = interaction.messages.filter(other => other !== message)
  if (message === interaction.original) interaction.deferred = false
  deleteMessage(core, message)
  core.announce.interactionChanged(interaction)
}
