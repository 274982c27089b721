import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import { messageBody } from '../conversation/message-body.ts'
import { answerWith, editAnswer, removeAnswer } from '../interactions/answer.ts'
import type { Interaction } from '../interactions/interactions.ts'
import type { Message } from '../world/model.ts'
import { BOT_ID } from '../world/world.ts'
import { answerOf } from './messages.ts'
import { RestError, readBody, unknownMessage, unknownWebhook } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

/** The interaction of the path, where it was acknowledged and its token still lives. */
function interactionOf({ params, core }: RestRequest): Interaction {
  if (params['webhookId'] !== BOT_ID) throw unknownWebhook()
  const interaction = core.interactions.alive(params['token'] ?? '')
  if (!interaction) throw new RestError(401, Code.InvalidWebhookToken, 'Invalid Webhook Token')
  if (interaction.acknowledgedAfterMs === undefined) throw unknownWebhook()
  return interaction
}

function answerNamed(request: RestRequest, interaction: Interaction): Message {
  const id = request.params['messageId']
  const message =
    id === '@original' ? interaction.original : interaction.messages.find(answer => answer.id === id)
  if (!message || !request.core.messages.get(message.id)) throw unknownMessage()
  return message
}

/** The first follow-up after a deferral fills in what was deferred. */
function followUp(request: RestRequest): RestAnswer {
  const { core, files } = request
  const interaction = interactionOf(request)
  const body = readBody(messageBody, request.body)
  if (interaction.deferred && interaction.original) {
    editAnswer(core, interaction, { message: interaction.original, body, files })
    return answerOf(core, interaction.original)
  }
  const message = answerWith(core, interaction, { body, files })
  core.announce.interactionChanged(interaction)
  return answerOf(core, message)
}

function edit(request: RestRequest): RestAnswer {
  const interaction = interactionOf(request)
  const message = answerNamed(request, interaction)
  const body = readBody(messageBody, request.body)
  editAnswer(request.core, interaction, { message, body, files: request.files })
  return answerOf(request.core, message)
}

function remove(request: RestRequest): RestAnswer {
  const interaction = interactionOf(request)
  removeAnswer(request.core, interaction, answerNamed(request, interaction))
  return {}
}

const LIMIT = { requests: 5, windowMs: 2_000 }
const BASE = '/webhooks/:webhookId/:token'

export const webhookRoutes: RestRoute[] = [
  { method: 'POST', path: BASE, limit: LIMIT, byInteractionToken: true, handle: followUp },
  {
    method: 'GET',
    path: `${BASE}/messages/:messageId`,
    limit: LIMIT,
    byInteractionToken: true,
    handle: request => answerOf(request.core, answerNamed(request, interactionOf(request))),
  },
  {
    method: 'PATCH',
    path: `${BASE}/messages/:messageId`,
    limit: LIMIT,
    byInteractionToken: true,
    handle: edit,
  },
  {
    method: 'DELETE',
    path: `${BASE}/messages/:messageId`,
    limit: LIMIT,
    byInteractionToken: true,
    handle: remove,
  },
]
