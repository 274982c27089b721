import { ComponentType, InteractionType } from 'discord-api-types/v10'
import { wrong } from '../control/control-error.ts'
import type { Component } from '../conversation/message-body.ts'
import type { Core } from '../core.ts'
import { answerOf } from '../rest/messages.ts'
import type { Channel, User } from '../world/model.ts'
import type { Interaction } from './interactions.ts'
import { openInteraction } from './open-interaction.ts'

type Submission = { user: User; channel: Channel; opener: Interaction; fields: Record<string, string> }

const MAX_INPUT_LENGTH = 4_000

function fill(component: Component, fields: Record<string, string>): Record<string, unknown> {
  const { type, id, custom_id } = component
  if (component.components)
    return { type, id, components: component.components.map(inner => fill(inner, fields)) }
  if (component.component) return { type, id, component: fill(component.component, fields) }
  if (custom_id === undefined) return { type, id }
  const value = fields[custom_id] ?? ''
  const isText = type === ComponentType.TextInput
  const longest = typeof component['max_length'] === 'number' ? component['max_length'] : MAX_INPUT_LENGTH
  const shortest = typeof component['min_length'] === 'number' ? component['min_length'] : 0
  if (isText && component['required'] !== false && value === '')
    throw wrong(`fields.${custom_id}`, 'is required')
  if (isText && value !== '' && (value.length > longest || value.length < shortest))
    throw wrong(`fields.${custom_id}`, `must be ${shortest} to ${longest} characters long`)
  return isText
    ? { type, id, custom_id, value }
    : { type, id, custom_id, values: value === '' ? [] : [value] }
}

/** A user sends off a modal that the bot opened. */
export function submitModal(core: Core, { user, channel, opener, fields }: Submission): Interaction {
  const { modal, source } = opener
  if (!modal) throw wrong('interactionId', `interaction ${opener.id} opened no modal`)
  if (opener.userId !== user.id) throw wrong('userId', `the modal was not opened for ${user.username}`)
  const components = modal.components.map(component => fill(component, fields))
  return openInteraction(core, {
    user,
    channel,
    type: InteractionType.ModalSubmit,
    commandName: opener.commandName,
    data: { custom_id: modal.custom_id, components },
    ...(source && { source, message: answerOf(core, source).body }),
  })
}
