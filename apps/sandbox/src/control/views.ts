import type {
  CommandOptionView,
  CommandView,
  GuildView,
  InteractionStatus,
  InteractionView,
  MessageView,
  WorldView,
} from '../control-api.ts'
import type { Interaction } from '../interactions/interactions.ts'
import type { CommandOption, RegisteredCommand } from '../world/command-store.ts'
import type { Guild, Message } from '../world/model.ts'
import { BOT_ID, bot, type World } from '../world/world.ts'

export const guildView = (guild: Guild): GuildView => ({
  id: guild.id,
  name: guild.name,
  channels: guild.channels.map(({ id, name, type }) => ({ id, name, type })),
  memberIds: [...guild.memberIds],
  voiceStates: [...(guild.voice ?? [])].map(([userId, channelId]) => ({ userId, channelId })),
})

export function worldView(world: World, userId?: string): WorldView {
  const sees = (guild: Guild) => userId === undefined || guild.memberIds.has(userId)
  return {
    application: { id: BOT_ID, botUserId: BOT_ID, username: bot.username },
    users: [...world.users.values()].filter(user => !user.bot).map(({ id, username }) => ({ id, username })),
    guilds: [...world.guilds.values()].filter(sees).map(guildView),
    dms: [...world.dms]
      .filter(([recipientId]) => userId === undefined || recipientId === userId)
      .map(([recipientId, { id }]) => ({ id, userId: recipientId })),
  }
}

export function messageView(message: Message, world: World): MessageView {
  const author = world.users.get(message.authorId)
  return {
    id: message.id,
    channelId: message.channelId,
    authorId: message.authorId,
    authorName: author?.username ?? 'somebody who left',
    bot: author?.bot === true,
    content: message.content,
    ...(message.nonce !== undefined && { nonce: String(message.nonce) }),
    sentAtMs: message.sentAtMs,
    ...(message.editedAtMs !== undefined && { editedAtMs: message.editedAtMs }),
    components: message.components,
    embeds: message.embeds,
    attachments: message.attachments.map(({ id, filename, contentType, description }) => ({
      id,
      filename,
      url: `/attachments/${message.channelId}/${id}/${encodeURIComponent(filename)}`,
      contentType,
      ...(description !== undefined && { description }),
    })),
    reactions: message.reactions.map(({ emoji, userIds }) => ({
      emoji,
      count: userIds.size,
      userIds: [...userIds],
    })),
    mentions: message.mentionIds,
    ...(message.ephemeralTo && { ephemeral: true }),
    ...(message.interaction && {
      interaction: { userId: message.interaction.userId, commandName: message.interaction.commandName },
    }),
    ...(message.replyToId && { replyToId: message.replyToId }),
  }
}

export function statusOf(interaction: Interaction): InteractionStatus {
  if (interaction.failed) return 'failed'
  if (interaction.acknowledgedAfterMs === undefined) return 'pending'
  return interaction.deferred ? 'deferred' : 'answered'
}

export const interactionView = (interaction: Interaction, world: World): InteractionView => ({
  id: interaction.id,
  status: statusOf(interaction),
  acknowledgedAfterMs: interaction.acknowledgedAfterMs ?? null,
  ephemeral: interaction.ephemeral,
  messages: interaction.messages.map(message => messageView(message, world)),
  ...(interaction.modal && { modal: interaction.modal }),
  ...(interaction.choices && { choices: interaction.choices }),
})

const optionView = ({ options, ...option }: CommandOption): CommandOptionView => ({
  ...option,
  ...(options && { options: options.map(optionView) }),
})

export const commandView = (command: RegisteredCommand): CommandView => ({
  id: command.id,
  name: command.name,
  description: command.description,
  ...(command.guild_id && { guildId: command.guild_id }),
  options: (command.options ?? []).map(optionView),
})
