import { GatewayDispatchEvents as Event, GatewayIntentBits as Intent } from 'discord-api-types/v10'
import { messageView } from '../control/views.ts'
import { emojiPayload, messageEventPayload, messagePayload, withoutContent } from '../payloads/message.ts'
import { memberPayload } from '../payloads/user.ts'
import { type Channel, type Guild, type Message, MessageFlag, type User } from '../world/model.ts'
import { BOT_ID } from '../world/world.ts'
import { type Audience, toShard } from './audience.ts'

/** News of what is written, and of what is done to it. */
export function announceMessages({ world, messages, sessions, feed, baseUrl }: Audience) {
  const place = (guild: Guild | undefined) => (guild ? { guild_id: guild.id } : {})
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
  }
}

type Reaction = { user: User; emoji: string; added: boolean; message: Message; channel: Channel }
