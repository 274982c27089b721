import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import { z } from 'zod'
import { messageBody, snowflake } from '../conversation/message-body.ts'
import { deleteMessage, editMessage, postMessage } from '../conversation/post-message.ts'
import type { Core } from '../core.ts'
import { messagePayload } from '../payloads/message.ts'
import type { Message } from '../world/model.ts'
import { BOT_ID, bot } from '../world/world.ts'
import { channelOf, isDm, messageOf, writableChannelOf } from './access.ts'
import { missingPermissions, RestError, readBody, unknownMessage } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

export function answerOf(core: Core, message: Message): RestAnswer {
  const { world, messages } = core
  const replyTo = message.replyToId === undefined ? null : (messages.get(message.replyToId) ?? null)
  return { body: messagePayload(message, { world, base: core.baseUrl(), replyTo }) }
}

function create(request: RestRequest): RestAnswer {
  const { core, files } = request
  const channel = writableChannelOf(request)
  const body = readBody(messageBody, request.body)
  const nonce = body.nonce ?? undefined
  const first = nonce !== undefined && body.enforce_nonce ? core.nonces.first(nonce) : undefined
  if (first) core.ledger.rest.repeatedNonces++
  if (first && !core.messages.get(first.id)) throw unknownMessage()
  if (first) return answerOf(core, first)
  const message = postMessage(core, { channel, author: bot, body, files })
  if (nonce !== undefined) core.nonces.remember(nonce, message)
  return answerOf(core, message)
}

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: snowflake.optional(),
  before: snowflake.optional(),
  around: snowflake.optional(),
})

function list(request: RestRequest): RestAnswer {
  const { core } = request
  const channel = channelOf(request)
  const { limit, after, before, around } = readBody(listQuery, request.query)
  const range = around === undefined ? { after, before } : { before: (BigInt(around) + 1n).toString() }
  const found = core.messages.list(channel.id, {
    limit,
    ...(range.after !== undefined && { after: range.after }),
    ...(range.before !== undefined && { before: range.before }),
  })
  return { body: found.toReversed().map(message => answerOf(core, message).body) }
}

function edit(request: RestRequest): RestAnswer {
  const { core, params, files } = request
  const message = messageOf(core, channelOf(request), params['messageId'])
  if (message.authorId !== BOT_ID)
    throw new RestError(
      403,
      Code.CannotEditMessageAuthoredByAnotherUser,
      'Cannot edit a message authored by another user',
    )
  const body = readBody(messageBody, request.body)
  core.oldEdits.count(message)
  editMessage(core, message, body, files)
  return answerOf(core, message)
}

function remove(request: RestRequest): RestAnswer {
  const channel = channelOf(request)
  const message = messageOf(request.core, channel, request.params['messageId'])
  if (message.authorId !== BOT_ID) {
    if (isDm(channel))
      throw new RestError(403, Code.CannotExecuteActionOnDMChannel, 'Cannot execute action on a DM channel')
    throw missingPermissions()
  }
  deleteMessage(request.core, message)
  return {}
}

const FIVE_IN_FIVE_SECONDS = { requests: 5, windowMs: 5_000 }

export const messageRoutes: RestRoute[] = [
  { method: 'POST', path: '/channels/:channelId/messages', limit: FIVE_IN_FIVE_SECONDS, handle: create },
  { method: 'GET', path: '/channels/:channelId/messages', limit: FIVE_IN_FIVE_SECONDS, handle: list },
  {
    method: 'GET',
    path: '/channels/:channelId/messages/:messageId',
    limit: FIVE_IN_FIVE_SECONDS,
    handle: request =>
      answerOf(request.core, messageOf(request.core, channelOf(request), request.params['messageId'])),
  },
  {
    method: 'PATCH',
    path: '/channels/:channelId/messages/:messageId',
    limit: FIVE_IN_FIVE_SECONDS,
    handle: edit,
  },
  {
    method: 'DELETE',
    path: '/channels/:channelId/messages/:messageId',
    limit: { requests: 5, windowMs: 1_000 },
    handle: remove,
  },
]
