import { DiscordAPIError, type REST, RESTJSONErrorCodes, Routes } from 'discord.js'
import { z } from 'zod'
import type { Button } from './feature.ts'

/** The little of Discord's REST that features need: safe by default, no mention ever pings. */
export type Discord = {
  /**
   * Posts a message. Within a few minutes the same nonce (25 characters at most) gives the first message again
   * instead of posting twice (docs, "Create Message").
   */
  post(message: {
    channelId: bigint
    content: string
    nonce: string
    buttons?: Button[]
    replyTo?: bigint
  }): Promise<void>
  /** What the bot itself wrote among the first 100 messages of a channel after that message or moment. */
  ownMessages(channelId: bigint, after: bigint): Promise<{ id: bigint; content: string }[]>
}

const messages = z.array(
  z.object({ id: z.coerce.bigint(), content: z.string(), author: z.object({ id: z.string() }) }),
)

const GONE = new Set<number | string>([
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownGuild,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
])

/** The channel is gone or forbidden: trying again cannot help. */
export const isGone = (error: unknown): error is DiscordAPIError =>
  error instanceof DiscordAPIError && GONE.has(error.code)

const componentsOf = (buttons: Button[]) => [
  {
    type: 1,
    components: buttons.map(({ label, customId, danger }) => ({
      type: 2,
      style: danger ? 4 : 2,
      label,
      custom_id: customId,
    })),
  },
]

/** The body of a message, for REST and for interactions alike. */
export const messageBody = ({ content, buttons }: { content: string; buttons?: Button[] | undefined }) => ({
  content,
  allowed_mentions: { parse: [] },
  ...(buttons && { components: componentsOf(buttons) }),
})

/** @param botId answers the bot's user id, known once it is logged in. */
export function createDiscord({ rest, botId }: { rest: REST; botId: () => string | undefined }): Discord {
  return {
    async post({ channelId, content, nonce, buttons, replyTo }) {
      const reference = { message_id: String(replyTo), fail_if_not_exists: false }
      try {
        await rest.post(Routes.channelMessages(String(channelId)), {
          body: {
            ...messageBody({ content, buttons }),
            nonce,
            enforce_nonce: true,
            ...(replyTo !== undefined && { message_reference: reference }),
          },
        })
      } catch (error) {
        // A repeat whose first message was deleted meanwhile: it was sent.
        if (error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.UnknownMessage && !replyTo)
          return
        throw error
      }
    },
    async ownMessages(channelId, after) {
      const self = botId()
      if (self === undefined) throw new Error('which messages are ours is known only after the login')
      const query = new URLSearchParams({ limit: '100', after: String(after) })
      const found = messages.parse(await rest.get(Routes.channelMessages(String(channelId)), { query }))
      return found.filter(message => message.author.id === self)
    },
  }
}
