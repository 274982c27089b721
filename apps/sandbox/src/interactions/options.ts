import { ApplicationCommandOptionType as Type } from 'discord-api-types/v10'
import { wrong } from '../control/control-error.ts'
import type { OptionValue } from '../control-api.ts'
import type { Core } from '../core.ts'
import { guildChannelPayload } from '../payloads/channel.ts'
import { everyonePermissions, memberPermissions } from '../payloads/permissions.ts'
import { rolePayloads } from '../payloads/role.ts'
import { partialMemberPayload, userPayload } from '../payloads/user.ts'
import type { CommandOption } from '../world/command-store.ts'
import type { Channel } from '../world/model.ts'

export type GivenOption = { name: string; type: number; value: OptionValue; focused?: true }

type Resolved = Record<'users' | 'members' | 'channels' | 'roles', Record<string, unknown>>

const wants: Record<number, 'string' | 'number' | 'boolean'> = {
  [Type.Integer]: 'number',
  [Type.Number]: 'number',
  [Type.Boolean]: 'boolean',
}

/** Refuses what Discord's own client would not let a user send. */
function check(option: CommandOption, value: OptionValue): void {
  const { name, type, choices, min_value, max_value, min_length = 0, max_length = 6_000 } = option
  const kind = wants[type] ?? 'string'
  if (typeof value !== kind) throw wrong(`options.${name}`, `expected a ${kind}`)
  if (type === Type.Integer && !Number.isSafeInteger(value))
    throw wrong(`options.${name}`, 'expected a whole number')
  if (typeof value === 'number') {
    if (min_value !== undefined && value < min_value)
      throw wrong(`options.${name}`, `must be at least ${min_value}`)
    if (max_value !== undefined && value > max_value)
      throw wrong(`options.${name}`, `must be at most ${max_value}`)
  }
  if (
    type === Type.String &&
    typeof value === 'string' &&
    (value.length < min_length || value.length > max_length)
  )
    throw wrong(`options.${name}`, `must be ${min_length} to ${max_length} characters long`)
  if (choices?.length && !choices.some(choice => choice.value === value))
    throw wrong(`options.${name}`, `must be one of ${choices.map(choice => choice.value).join(', ')}`)
}

/** The options of a command as the gateway sends them, checked unless something is still being typed. */
export function giveOptions(
  expected: CommandOption[],
  given: Record<string, OptionValue>,
  focused?: string,
): GivenOption[] {
  const unknown = Object.keys(given).find(name => !expected.some(option => option.name === name))
  if (unknown !== undefined) throw wrong(`options.${unknown}`, 'the command has no such option')
  const required = expected.find(option => option.required && given[option.name] === undefined)
  if (required && focused === undefined) throw wrong(`options.${required.name}`, 'is required')
  return expected.flatMap(option => {
    const value = given[option.name]
    if (option.name === focused)
      return [{ name: option.name, type: option.type, value: value ?? '', focused: true as const }]
    if (value === undefined) return []
    if (focused === undefined) check(option, value)
    return [{ name: option.name, type: option.type, value }]
  })
}

/** The users, channels and roles that options name. */
export function resolve(core: Core, channel: Channel, options: GivenOption[]): Partial<Resolved> {
  const { world } = core
  const guild = world.guildOf(channel)
  const roles = new Map(guild && rolePayloads(guild).map(role => [role.id, role]))
  const resolved: Resolved = { users: {}, members: {}, channels: {}, roles: {} }
  for (const { name, type, value } of options) {
    const id = String(value)
    const user = world.users.get(id)
    if ((type === Type.User || type === Type.Mentionable) && user) {
      resolved.users[id] = userPayload(user)
      if (guild && (user.bot || guild.memberIds.has(id)))
        resolved.members[id] = {
          ...partialMemberPayload(guild, id),
          permissions: memberPermissions(guild, id),
        }
    } else if ((type === Type.Role || type === Type.Mentionable) && roles.has(id)) {
      resolved.roles[id] = roles.get(id)
    } else if (type === Type.Channel) {
      const named = guild?.channels.find(other => other.id === id)
      if (!named || !guild) throw wrong(`options.${name}`, `there is no channel ${id} here`)
      resolved.channels[id] = { ...guildChannelPayload(named, 0), permissions: everyonePermissions }
    } else if (type === Type.User || type === Type.Role || type === Type.Mentionable) {
      throw wrong(`options.${name}`, `there is nobody with the id ${id} here`)
    }
  }
  return Object.fromEntries(Object.entries(resolved).filter(([, found]) => Object.keys(found).length > 0))
}
