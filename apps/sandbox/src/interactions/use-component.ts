import { ComponentType, InteractionType } from 'discord-api-types/v10'
import { missing, wrong } from '../control/control-error.ts'
import { findComponent } from '../conversation/components.ts'
import type { Core } from '../core.ts'
import { answerOf } from '../rest/messages.ts'
import type { Channel, Message, User } from '../world/model.ts'
import type { Interaction } from './interactions.ts'
import { openInteraction } from './open-interaction.ts'
import { resolve } from './options.ts'

type Use = { user: User; channel: Channel; message: Message; customId: string; values: string[] | undefined }

/** What stands for each kind of select menu among the types of command options. */
const OPTION_TYPE: Record<number, number> = {
  [ComponentType.UserSelect]: 6,
  [ComponentType.ChannelSelect]: 7,
  [ComponentType.RoleSelect]: 8,
  [ComponentType.MentionableSelect]: 9,
}

/** A user clicks a button or chooses from a menu. */
export function useComponent(core: Core, { user, channel, message, customId, values }: Use): Interaction {
  if (message.ephemeralTo && message.ephemeralTo !== user.id)
    throw wrong('userId', `${user.username} does not see message ${message.id}`)
  const component = findComponent(message.components, customId)
  if (!component) throw missing('customId', `message ${message.id} has no component "${customId}"`)
  if (component['disabled'] === true) throw wrong('customId', `"${customId}" is disabled`)
  const isButton = component.type === ComponentType.Button
  if (!isButton && !values?.length) throw wrong('values', 'a menu needs at least one')
  const optionType = OPTION_TYPE[component.type]
  const resolved =
    optionType === undefined
      ? {}
      : resolve(
          core,
          channel,
          (values ?? []).map(value => ({ name: 'values', type: optionType, value })),
        )
  return openInteraction(core, {
    user,
    channel,
    type: InteractionType.MessageComponent,
    commandName: message.interaction?.commandName ?? '',
    data: {
      id: component.id,
      custom_id: customId,
      component_type: component.type,
      ...(!isButton && { values }),
      ...(Object.keys(resolved).length > 0 && { resolved }),
    },
    source: message,
    message: answerOf(core, message).body,
  })
}
