import { GatewayDispatchEvents as Event, GatewayIntentBits as Intent } from 'discord-api-types/v10'
import { commandView, guildView, interactionView, messageView } from './control/views.ts'
import type { Feed } from './feed/feed.ts'
import type { Sessions } from './gateway/sessions.ts'
import type { Interaction } from './interactions/interactions.ts'
import { guildChannelPayload } from './payloads/channel.ts'
import { guildCreatePayload } from './payloads/guild.ts'
import { emojiPayload, messageEventPayload, messagePayload, withoutContent } from './payloads/message.ts'
import { memberPayload, userPayload } from './payloads/user.ts'
import { voiceStatePayload } from './payloads/voice.ts'
import type { CommandStore } from './world/command-store.ts'
import type { MessageStore } from './world/message-store.ts'
import { type Channel, type Guild, type Message, MessageFlag, type User } from './world/model.ts'
import { BOT_ID, type World } from './world/world.ts'

export type Announcer = ReturnType<typeof createAnnouncer>

/** Tells the bot over the gateway, and the open chats, what has happened in the world. */
export function createAnnouncer({
  world,
  messages,
  commands,
  sessions,
  feed,
  baseUrl,
}: {
  world: World
  messages: MessageStore
  commands: CommandStore
  sessions: Sessions
  feed: Feed
  baseUrl: () => string
}) {
  const place = (guild: Guild | undefined) => (guild ? { guild_id: guild.id } : {})
  const toShard = (guild: Guild | undefined) => (guild ? { shardKey: guild.shardKey } : {})
  const intentOf = (guild: Guild | undefined, inGuild: number, inDm: number) => (guild ? inGuild : inDm)

  function messageEvent(type: string, message: Message, channel: Channel): void {
    const guild = world.guildOf(channel)
    const replyTo = message.replyToId === undefined ? null : (messages.get(message.replyToId) ?? null)
    const payload = messagePayload(message, { world, base: baseUrl(), replyTo })
    const data = messageEventPayload(message, payload, channel, guild)
    const seenWhole = !guild || message.authorId === BOT_ID || message.mentionIds.includes(BOT_ID)
    sessions.dispatch({
      type,
      intents: intentOf(guild, Intent.GuildMessages, Intent.DirectMessages),
      ...toShard(guild),
      data,
      ...(!seenWhole && { dataWithoutContent: withoutContent(data) }),
    })
  }

  function tellChats(type: 'message' | 'message-update', message: Message, channel: Channel): void {
    if (!feed.isWatched() || message.flags & MessageFlag.loading) return
    const event = { type, channelId: channel.id, message: messageView(message, world) }
    if (message.ephemeralTo) feed.toUser(message.ephemeralTo, event)
    else feed.toChannel(channel, event)
  }

  return {
    /** Of ephemeral messages the gateway says nothing. */
    messageCreated(message: Message, channel: Channel): void {
      if (!message.ephemeralTo) messageEvent(Event.MessageCreate, message, channel)
      tellChats('message', message, channel)
    },

    /** @param appears it was "thinking" until now, which chats are told by the interaction's status. */
    messageUpdated(message: Message, channel: Channel, appears: boolean): void {
      if (!message.ephemeralTo) messageEvent(Event.MessageUpdate, message, channel)
      tellChats(appears ? 'message' : 'message-update', message, channel)
    },

    messageDeleted(message: Message, channel: Channel): void {
      const guild = world.guildOf(channel)
      const event = { type: 'message-delete' as const, channelId: channel.id, messageId: message.id }
      if (message.ephemeralTo) {
        feed.toUser(message.ephemeralTo, event)
        return
      }
      sessions.dispatch({
        type: Event.MessageDelete,
        intents: intentOf(guild, Intent.GuildMessages, Intent.DirectMessages),
        ...toShard(guild),
        data: { id: message.id, channel_id: channel.id, ...place(guild) },
      })
      feed.toChannel(channel, event)
    },

    reaction({ user, emoji, added, message, channel }: Reaction): void {
      const guild = world.guildOf(channel)
      sessions.dispatch({
        type: added ? Event.MessageReactionAdd : Event.MessageReactionRemove,
        intents: intentOf(guild, Intent.GuildMessageReactions, Intent.DirectMessageReactions),
        ...toShard(guild),
        data: {
          user_id: user.id,
          channel_id: channel.id,
          message_id: message.id,
          emoji: emojiPayload(emoji),
          burst: false,
          type: 0,
          ...place(guild),
          ...(added && { message_author_id: message.authorId }),
          ...(added && guild && { member: memberPayload(guild, user) }),
        },
      })
      tellChats('message-update', message, channel)
    },

    typing(user: User, channel: Channel): void {
      const guild = world.guildOf(channel)
      sessions.dispatch({
        type: Event.TypingStart,
        intents: intentOf(guild, Intent.GuildMessageTyping, Intent.DirectMessageTyping),
        ...toShard(guild),
        data: {
          channel_id: channel.id,
          user_id: user.id,
          timestamp: Math.floor(Date.now() / 1_000),
          ...place(guild),
          ...(guild && { member: memberPayload(guild, user) }),
        },
      })
      feed.toChannel(channel, { type: 'typing', channelId: channel.id, username: user.username })
    },

    guildCreated(guild: Guild): void {
      sessions.dispatch({
        type: Event.GuildCreate,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: guildCreatePayload(guild, world, false),
      })
      if (feed.isWatched()) feed.toUsers(guild.memberIds, { type: 'guild', guild: guildView(guild) })
    },

    guildDeleted(guild: Guild): void {
      sessions.dispatch({
        type: Event.GuildDelete,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: { id: guild.id },
      })
      feed.toUsers(guild.memberIds, { type: 'guild-delete', id: guild.id })
    },

    memberJoined(guild: Guild, user: User): void {
      sessions.dispatch({
        type: Event.GuildMemberAdd,
        intents: Intent.GuildMembers,
        shardKey: guild.shardKey,
        data: { ...memberPayload(guild, user), guild_id: guild.id },
      })
      feed.toUsers(guild.memberIds, { type: 'guild', guild: guildView(guild) })
    },

    memberLeft(guild: Guild, user: User): void {
      sessions.dispatch({
        type: Event.GuildMemberRemove,
        intents: Intent.GuildMembers,
        shardKey: guild.shardKey,
        data: { guild_id: guild.id, user: userPayload(user) },
      })
      feed.toUser(user.id, { type: 'guild-delete', id: guild.id })
      feed.toUsers(guild.memberIds, { type: 'guild', guild: guildView(guild) })
    },

    /** Discord says nothing to the bot of DM channels. */
    channelChanged(channel: Channel, type: 'CHANNEL_UPDATE' | 'CHANNEL_DELETE'): void {
      const guild = world.guildOf(channel)
      if (type === 'CHANNEL_DELETE') feed.toChannel(channel, { type: 'channel-delete', id: channel.id })
      if (!guild) return
      const position = Math.max(0, guild.channels.indexOf(channel))
      sessions.dispatch({
        type,
        intents: Intent.Guilds,
        shardKey: guild.shardKey,
        data: { ...guildChannelPayload(channel, position), guild_id: guild.id },
      })
    },

    voiceChanged(guild: Guild, user: User, channelId: string | null): void {
      sessions.dispatch({
        type: Event.VoiceStateUpdate,
        intents: Intent.GuildVoiceStates,
        shardKey: guild.shardKey,
        data: {
          ...voiceStatePayload(user.id, channelId),
          guild_id: guild.id,
          member: memberPayload(guild, user),
        },
      })
      feed.toUsers(guild.memberIds, { type: 'voice', guildId: guild.id, channelId, userId: user.id })
    },

    interactionCreated(data: unknown, guild: Guild | undefined): void {
      sessions.dispatch({ type: Event.InteractionCreate, intents: 0, ...toShard(guild), data })
    },

    interactionChanged(interaction: Interaction): void {
      const { status, ephemeral, messages: answers } = interactionView(interaction, world)
      feed.toUser(interaction.userId, {
        type: 'interaction',
        interactionId: interaction.id,
        channelId: interaction.channelId,
        status,
        ephemeral,
        messages: answers,
      })
    },

    commandsChanged: () => feed.toAll({ type: 'commands', commands: commands.all().map(commandView) }),

    botChanged(): void {
      const shards = sessions.connected().map(({ shardId, shardCount }) => ({ shardId, shardCount }))
      feed.toAll({ type: 'bot', online: shards.length > 0, shards })
    },
  }
}

type Reaction = { user: User; emoji: string; added: boolean; message: Message; channel: Channel }
