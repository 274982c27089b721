import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10'
import { z } from 'zod'
import type { Core } from '../core.ts'
import type { CommandOption, RegisteredCommand } from '../world/command-store.ts'
import { BOT_ID } from '../world/world.ts'
import { guildOf } from './access.ts'
import { CHAT_INPUT, type CommandBody, commandBody, type OptionBody } from './command-body.ts'
import { missingAccess, RestError, readBody, unknownCommand } from './rest-error.ts'
import type { RestAnswer, RestRequest, RestRoute } from './route.ts'

const MAX_COMMANDS = 100

function register(
  core: Core,
  given: CommandBody,
  guildId: string | undefined,
  id: string,
): RegisteredCommand {
  const { options, contexts, type, description, ...rest } = given
  return {
    ...withoutNulls(rest),
    name: given.name,
    id,
    application_id: BOT_ID,
    version: core.world.snowflakes.next(),
    type: type ?? CHAT_INPUT,
    description: description ?? '',
    default_member_permissions:
      typeof rest['default_member_permissions'] === 'string' ? rest['default_member_permissions'] : null,
    dm_permission: rest['dm_permission'] !== false,
    contexts: contexts ?? null,
    integration_types: [0],
    nsfw: rest['nsfw'] === true,
    ...(options && options.length > 0 && { options: options.map(plainOption) }),
    ...(guildId && { guild_id: guildId }),
  }
}

const plainOption = ({ options, ...option }: OptionBody): CommandOption => ({
  ...option,
  ...(options && { options: options.map(plainOption) }),
})

const withoutNulls = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined))

/** The application of the path must be the bot's own; absent guild: global commands. */
function scopeOf(request: RestRequest): string | undefined {
  if (request.params['applicationId'] !== BOT_ID) throw missingAccess()
  return request.params['guildId'] === undefined ? undefined : guildOf(request).id
}

const same = (a: { name: string; type?: number | null | undefined }, b: RegisteredCommand) =>
  a.name === b.name && (a.type ?? CHAT_INPUT) === b.type

function save(core: Core, scope: string | undefined, commands: RegisteredCommand[]): void {
  if (commands.length > MAX_COMMANDS)
    throw new RestError(
      400,
      Code.MaximumNumberOfApplicationCommandsReached,
      'Maximum number of application commands reached (100)',
    )
  core.commands.set(scope, commands)
  core.ledger.events.commandWrites++
  core.announce.commandsChanged()
}

function overwrite(request: RestRequest): RestAnswer {
  const { core } = request
  const scope = scopeOf(request)
  const wanted = readBody(z.array(commandBody), request.body)
  const before = core.commands.of(scope)
  const registered = wanted.map(given => {
    const kept = before.find(command => same(given, command))
    return register(core, given, scope, kept?.id ?? core.world.snowflakes.next())
  })
  save(core, scope, registered)
  return { body: registered }
}

function create(request: RestRequest): RestAnswer {
  const { core } = request
  const scope = scopeOf(request)
  const given = readBody(commandBody, request.body)
  const before = core.commands.of(scope)
  const kept = before.find(command => same(given, command))
  const made = register(core, given, scope, kept?.id ?? core.world.snowflakes.next())
  save(core, scope, [...before.filter(command => command !== kept), made])
  return { status: kept ? 200 : 201, body: made }
}

function find(request: RestRequest): RegisteredCommand {
  const found = request.core.commands
    .of(scopeOf(request))
    .find(({ id }) => id === request.params['commandId'])
  if (!found) throw unknownCommand()
  return found
}

function edit(request: RestRequest): RestAnswer {
  const { core } = request
  const old = find(request)
  const scope = scopeOf(request)
  const change = typeof request.body === 'object' ? request.body : {}
  const edited = register(core, readBody(commandBody, { ...old, ...change }), scope, old.id)
  save(
    core,
    scope,
    core.commands.of(scope).map(command => (command === old ? edited : command)),
  )
  return { body: edited }
}

function remove(request: RestRequest): RestAnswer {
  const old = find(request)
  const scope = scopeOf(request)
  save(
    request.core,
    scope,
    request.core.commands.of(scope).filter(command => command !== old),
  )
  return {}
}

/** 200 creates a day are Discord's limit; the usual bucket stands for it. */
const routesBelow = (base: string): RestRoute[] => [
  { method: 'GET', path: base, handle: request => ({ body: request.core.commands.of(scopeOf(request)) }) },
  { method: 'PUT', path: base, handle: overwrite },
  { method: 'POST', path: base, handle: create },
  { method: 'GET', path: `${base}/:commandId`, handle: request => ({ body: find(request) }) },
  { method: 'PATCH', path: `${base}/:commandId`, handle: edit },
  { method: 'DELETE', path: `${base}/:commandId`, handle: remove },
]

export const commandRoutes: RestRoute[] = [
  ...routesBelow('/applications/:applicationId/commands'),
  ...routesBelow('/applications/:applicationId/guilds/:guildId/commands'),
]
