import { ComponentType } from 'discord-api-types/v10'
import { invalidForm } from '../rest/rest-error.ts'
import type { Component } from './message-body.ts'

const MAX_ROWS = 5
const MAX_BUTTONS = 5
const COMPONENTS_V2 = 1 << 15

/** Numbers the components and fills in what Discord would, after checking how they are nested. */
export function placeComponents(components: Component[], flags: number): Component[] {
  let last = 0
  const customIds = new Set<string>()
  const place = (given: Component, path: PropertyKey[]): Component => {
    if (given.custom_id !== undefined && customIds.has(given.custom_id))
      throw invalidForm(
        [...path, 'custom_id'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      )
    if (given.custom_id !== undefined) customIds.add(given.custom_id)
    if (given.type === ComponentType.ActionRow && (given.components?.length ?? 0) > MAX_BUTTONS)
      throw invalidForm([...path, 'components'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.')
    const id = ++last
    return {
      ...withDefaults(given),
      id: given.id ?? id,
      ...(given.components && {
        components: given.components.map((child, at) => place(child, [...path, 'components', at])),
      }),
      ...(given.component && { component: place(given.component, [...path, 'component']) }),
    }
  }
  if (!(flags & COMPONENTS_V2)) {
    const wrong = components.findIndex(({ type }) => type !== ComponentType.ActionRow)
    if (wrong >= 0)
      throw invalidForm(
        ['components', wrong, 'type'],
        'UNION_TYPE_CHOICES',
        'Value of field "type" must be one of (1,).',
      )
    if (components.length > MAX_ROWS)
      throw invalidForm(['components'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.')
  }
  return components.map((given, at) => place(given, ['components', at]))
}

function withDefaults(given: Component): Component {
  if (given.type === ComponentType.Button) return { disabled: false, style: 1, ...given }
  if (given.type === ComponentType.StringSelect)
    return { min_values: 1, max_values: 1, disabled: false, ...given }
  return given
}

/** The component of that id anywhere in a message or modal. */
export function findComponent(components: Component[], customId: string): Component | undefined {
  for (const component of components) {
    if (component.custom_id === customId) return component
    const inside = [...(component.components ?? []), ...(component.component ? [component.component] : [])]
    const found = findComponent(inside, customId)
    if (found) return found
  }
  return undefined
}
