import { backgroundHeaders, hurryIn } from '@shardlight/cluster/shard-process'
import {
  type APIEmbed,
  ButtonStyle,
  DiscordAPIError,
  type REST,
  RESTJSONErrorCodes,
  Routes,
} from 'discord.js'
import { z } from 'zod'

export type Button = { label: string; customId: string; style?: keyof typeof BUTTON_STYLES; emoji?: string }

export type File = {
  name: string
  data: Buffer
  contentType: string
  /** Of an image, in words; 1,024 characters at most. */
  description?: string
}

export type Message = { content: string; embeds?: APIEmbed[]; buttons?: Button[]; files?: File[] }

/** Of what nobody waits for: it goes when the bot owes nobody an answer, and guilds take turns. */
export type Background = { guildId: bigint | null }

/** The little of Discord's REST that features need: safe by default, no mention ever pings. */
export type Discord = {
  /**
   * Posts a message. Within a few minutes the same nonce (25 characters at most) gives the first message again
   * instead of posting twice (docs, "Create Message").
   * @returns its id; undefined for a repeat whose first message was deleted meanwhile
   */
  post(
    message: Message & { channelId: bigint; nonce: string; replyTo?: bigint; background?: Background },
  ): Promise<{ id: bigint } | undefined>
  /** What is still on its way to that channel in the background is waited for from now on. */
  hurry(channelId: bigint): void
  edit(message: Message & { channelId: bigint; messageId: bigint; background?: Background }): Promise<void>
  /** The channel of direct messages with somebody. */
  directChannel(userId: bigint): Promise<bigint>
  /** What the bot itself wrote among the first 100 messages of a channel after that message or moment. */
  ownMessages(channelId: bigint, after: bigint): Promise<{ id: bigint; content: string }[]>
  /** @returns undefined when nobody of that id is in the guild. */
  member(guildId: bigint, userId: bigint): Promise<GuildMember | undefined>
  /** Whether every member of the guild can see a channel of it. */
  isOpenToAll(guildId: bigint, channelId: bigint): Promise<boolean>
  /** @returns undefined for a guild of another process. */
  guildName(guildId: bigint): string | undefined
}

export type GuildMember = {
  isBot: boolean
  joinedAt: Date | null
  isAdministrator: boolean
}

const BUTTON_STYLES = {
  primary: ButtonStyle.Primary,
  secondary: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const

const ACTION_ROW = 1
const BUTTON = 2
const BUTTONS_IN_A_ROW = 5

const posted = z.object({ id: z.coerce.bigint() })

const messages = z.array(
  z.object({ id: z.coerce.bigint(), content: z.string(), author: z.object({ id: z.string() }) }),
)

const GONE = new Set<number | string>([
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
  RESTJSONErrorCodes.CannotReplyWithoutPermissionToReadMessageHistory,
  RESTJSONErrorCodes.ThreadLocked,
])

/** The channel is gone or forbidden: trying again cannot help. */
export const isGone = (error: unknown): error is DiscordAPIError =>
  error instanceof DiscordAPIError && GONE.has(error.code)

const rowsOf = (buttons: Button[]) =>
  Array.from({ length: Math.ceil(buttons.length / BUTTONS_IN_A_ROW) }, (_, row) => ({
    type: ACTION_ROW,
    components: buttons
      .slice(row * BUTTONS_IN_A_ROW, (row + 1) * BUTTONS_IN_A_ROW)
      .map(({ label, customId, style = 'secondary', emoji }) => ({
        type: BUTTON,
        style: BUTTON_STYLES[style],
        label,
        custom_id: customId,
        ...(emoji && { emoji: { name: emoji } }),
      })),
  }))

/** The body of a message, for REST and for interactions alike. */
export const messageBody = ({ content, embeds, buttons, files }: Message) => ({
  content,
  allowed_mentions: { parse: [] },
  ...(embeds && { embeds }),
  ...(buttons && { components: rowsOf(buttons) }),
  ...(files && {
    attachments: files.map(({ name, description }, id) => ({
      id,
      filename: name,
      ...(description && { description }),
    })),
  }),
})

/** What goes with a request beside its body. */
export const filesOf = ({ files }: Message) =>
  files ? { files: files.map(({ name, data, contentType }) => ({ name, data, contentType })) } : {}

const headersOf = (background: Background | undefined) =>
  background ? { headers: backgroundHeaders(background.guildId) } : {}

/**
 * @param botId answers the bot's user id, known once it is logged in.
 * @param findMember asks Discord for a member, and what they may do in the guild.
 */
export function createDiscord({
  rest,
  botId,
  findMember,
  isOpenToAll,
  guildName,
}: {
  rest: REST
  botId: () => string | undefined
  findMember: Discord['member']
  isOpenToAll: Discord['isOpenToAll']
  guildName: Discord['guildName']
}): Discord {
  return {
    async post({ channelId, nonce, replyTo, background, ...message }) {
      const reference = { message_id: String(replyTo), fail_if_not_exists: false }
      try {
        return posted.parse(
          await rest.post(Routes.channelMessages(String(channelId)), {
            body: {
              ...messageBody(message),
              nonce,
              enforce_nonce: true,
              ...(replyTo !== undefined && { message_reference: reference }),
            },
            ...filesOf(message),
            ...headersOf(background),
          }),
        )
      } catch (error) {
        // A repeat whose first message was deleted meanwhile: it was sent.
        if (error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownMessage && !replyTo)
          return undefined
        throw error
      }
    },
    hurry: channelId => hurryIn(rest, channelId),
    async edit({ channelId, messageId, background, ...message }) {
      await rest.patch(Routes.channelMessage(String(channelId), String(messageId)), {
        body: messageBody(message),
        ...filesOf(message),
        ...headersOf(background),
      })
    },
    async directChannel(userId) {
      const channel = await rest.post(Routes.userChannels(), { body: { recipient_id: String(userId) } })
      return posted.parse(channel).id
    },
    async ownMessages(channelId, after) {
      const self = botId()
      if (self === undefined) throw new Error('which messages are ours is known only after the login')
      const query = new URLSearchParams({ limit: '100', after: String(after) })
      const found = messages.parse(await rest.get(Routes.channelMessages(String(channelId)), { query }))
      return found.filter(message => message.author.id === self)
    },
    member: findMember,
    isOpenToAll,
    guildName,
  }
}
