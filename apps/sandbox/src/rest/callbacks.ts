import { InteractionResponseType as Callback, RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import { z } from 'zod'
import { placeComponents } from '../conversation/components.ts'
import { componentsSchema, messageBody } from '../conversation/message-body.ts'
import { editMessage } from '../conversation/post-message.ts'
import type { Core } from '../core.ts'
import { answerWith, placeholder } from '../interactions/answer.ts'
import type { Interaction } from '../interactions/interactions.ts'
import { MessageFlag } from '../world/model.ts'
import { answerOf } from './messages.ts'
import { invalidForm, RestError, readBody, unknownInteraction } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute, UploadedFile } from './route.ts'

const envelope = z.object({ type: z.int(), data: z.unknown() })

const deferral = z.object({ flags: z.int().nullish() }).nullish()

const autocomplete = z.object({
  choices: z
    .array(
      z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }),
    )
    .max(25),
})

const modal = z.looseObject({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: componentsSchema.min(1).max(5),
})

/** Discord's interaction types. */
const ON_COMPONENT = 3
const ON_AUTOCOMPLETE = 4
const ON_MODAL = 5

/** Which callback may answer which interaction; 6 and 7 only where there is a message to change. */
function fits(type: number, { type: of, source }: Interaction): boolean {
  if (of === ON_AUTOCOMPLETE) return type === Callback.ApplicationCommandAutocompleteResult
  if (type === Callback.ChannelMessageWithSource || type === Callback.DeferredChannelMessageWithSource)
    return true
  if (type === Callback.DeferredMessageUpdate || type === Callback.UpdateMessage)
    return of === ON_COMPONENT || (of === ON_MODAL && source !== undefined)
  return type === Callback.Modal && of !== ON_MODAL
}

function carryOut(core: Core, interaction: Interaction, { type, data, files }: Answer): void {
  if (type === Callback.ChannelMessageWithSource) {
    const message = answerWith(core, interaction, { body: readBody(messageBody, data ?? {}), files })
    interaction.original = message
    interaction.ephemeral = message.ephemeralTo !== undefined
  }
  if (type === Callback.DeferredChannelMessageWithSource) {
    const flags = readBody(deferral, data)?.flags ?? 0
    interaction.ephemeral = (flags & MessageFlag.ephemeral) !== 0
    interaction.original = placeholder(core, interaction, interaction.ephemeral)
    interaction.deferred = true
  }
  if (type === Callback.DeferredMessageUpdate && interaction.source) interaction.original = interaction.source
  if (type === Callback.UpdateMessage && interaction.source) {
    editMessage(core, interaction.source, readBody(messageBody, data ?? {}), files)
    interaction.original = interaction.source
    interaction.messages.push(interaction.source)
  }
  if (type === Callback.ApplicationCommandAutocompleteResult) {
    interaction.choices = readBody(autocomplete, data).choices
    const { id: interactionId, choices } = interaction
    core.feed.toUser(interaction.userId, { type: 'autocomplete', interactionId, choices })
  }
  if (type === Callback.Modal) {
    const read = readBody(modal, data)
    // Labels (18) and text displays (10) may stand beside rows in modals, as in Components V2.
    interaction.modal = { ...read, components: placeComponents(read.components, 1 << 15) }
    const { id: interactionId, modal: shown } = interaction
    core.feed.toUser(interaction.userId, { type: 'modal', interactionId, modal: shown })
  }
}

type Answer = { type: number; data: unknown; files: UploadedFile[] }

function callBack(request: RestRequest): RestAnswer {
  const { core, params, query, files } = request
  const interaction = core.interactions.get(params['interactionId'] ?? '')
  if (!interaction || interaction.token !== params['token'] || interaction.failed) throw unknownInteraction()
  if (interaction.acknowledgedAfterMs !== undefined) {
    core.ledger.rest.repeatedAnswers++
    throw new RestError(
      400,
      Code.InteractionHasAlreadyBeenAcknowledged,
      'Interaction has already been acknowledged.',
    )
  }
  const { type, data } = readBody(envelope, request.body)
  if (!fits(type, interaction))
    throw invalidForm(
      ['type'],
      'INTERACTION_CALLBACK_TYPE_INVALID',
      `Callback type ${type} does not answer this interaction`,
    )
  carryOut(core, interaction, { type, data, files })
  interaction.acknowledgedAfterMs = Math.round(core.clock.nowMs() - interaction.createdAtMs)
  core.announce.interactionChanged(interaction)
  if (query['with_response'] !== 'true') return {}
  return { body: responseOf(core, interaction, type) }
}

/** `resource` stands for messages only, not for what is still to come. */
function responseOf(core: Core, interaction: Interaction, type: number) {
  const message = interaction.original
  const hasMessage = type === Callback.ChannelMessageWithSource || type === Callback.UpdateMessage
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message && { response_message_id: message.id }),
      response_message_loading: interaction.deferred,
      response_message_ephemeral: interaction.ephemeral,
      channel_id: interaction.channelId,
      ...(interaction.guildId && { guild_id: interaction.guildId }),
    },
    ...(hasMessage && message && { resource: { type, message: answerOf(core, message).body } }),
  }
}

export const callbackRoutes: RestRoute[] = [
  {
    method: 'POST',
    path: '/interactions/:interactionId/:token/callback',
    byInteractionToken: true,
    handle: callBack,
  },
]
