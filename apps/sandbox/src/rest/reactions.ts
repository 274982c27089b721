import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import { react } from '../conversation/react.ts'
import { userPayload } from '../payloads/user.ts'
import { bot } from '../world/world.ts'
import { channelOf, messageOf } from './access.ts'
import { missingPermissions, RestError } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

const BASE = '/channels/:channelId/messages/:messageId/reactions/:emoji'
const LIMIT = { requests: 1, windowMs: 250 }
const MAX_KINDS = 20

function emojiOf({ params }: RestRequest): string {
  const emoji = params['emoji'] ?? ''
  if (!/^\w+:\d+$|\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\uFE0F?\u20E3/u.test(emoji))
    throw new RestError(400, Code.UnknownEmoji, 'Unknown Emoji')
  return emoji
}

function change(request: RestRequest, remove: boolean): RestAnswer {
  const { core, params } = request
  const channel = channelOf(request)
  const message = messageOf(core, channel, params['messageId'])
  const emoji = emojiOf(request)
  const isNew = !message.reactions.some(reaction => reaction.emoji === emoji)
  if (!remove && isNew && message.reactions.length >= MAX_KINDS)
    throw new RestError(403, Code.MaximumNumberOfReactionsReached, 'Maximum number of reactions reached (20)')
  react(core, { user: bot, message, channel, emoji, remove })
  return {}
}

function whoReacted(request: RestRequest): RestAnswer {
  const { core, params } = request
  const message = messageOf(core, channelOf(request), params['messageId'])
  const reaction = message.reactions.find(({ emoji }) => emoji === emojiOf(request))
  const users = [...(reaction?.userIds ?? [])].flatMap(id => core.world.users.get(id) ?? [])
  return { body: users.map(userPayload) }
}

export const reactionRoutes: RestRoute[] = [
  { method: 'PUT', path: `${BASE}/@me`, limit: LIMIT, handle: request => change(request, false) },
  { method: 'DELETE', path: `${BASE}/@me`, limit: LIMIT, handle: request => change(request, true) },
  { method: 'GET', path: BASE, limit: LIMIT, handle: whoReacted },
  {
    method: 'DELETE',
    path: `${BASE}/:userId`,
    limit: LIMIT,
    handle: request => {
      messageOf(request.core, channelOf(request), request.params['messageId'])
      throw missingPermissions()
    },
  },
]
