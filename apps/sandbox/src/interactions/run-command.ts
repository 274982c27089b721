import { InteractionType, ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10'
import { missing, wrong } from '../control/control-error.ts'
import type { OptionValue } from '../control-api.ts'
import type { Core } from '../core.ts'
import type { CommandOption } from '../world/command-store.ts'
import type { Channel, User } from '../world/model.ts'
import type { Interaction } from './interactions.ts'
import { openInteraction } from './open-interaction.ts'
import { giveOptions, resolve } from './options.ts'

type Run = {
  user: User
  channel: Channel
  /** `countdown start`: name, group and subcommand. */
  command: string
  options: Record<string, OptionValue>
}

const isBranch = ({ type }: CommandOption) =>
  type === OptionType.Subcommand || type === OptionType.SubcommandGroup

/** Follows the words of `countdown start` down to the options that are to be filled in. */
function find(core: Core, channel: Channel, words: string) {
  const [name = '', ...path] = words.replace(/^\//, '').split(/\s+/)
  const visible = core.commands.visibleIn(channel.guildId)
  const command = visible.find(candidate => candidate.type === 1 && candidate.name === name)
  if (!command) {
    const known = visible.map(candidate => candidate.name).join(', ') || 'none is registered'
    throw missing('command', `there is no command "${name}" here; there are: ${known}`)
  }
  const branches: CommandOption[] = []
  let options = command.options ?? []
  for (const word of path) {
    const branch = options.find(option => isBranch(option) && option.name === word)
    if (!branch) throw missing('command', `"${name}" has no subcommand "${word}"`)
    branches.push(branch)
    options = branch.options ?? []
  }
  if (options.some(isBranch)) {
    const choices = options.map(option => option.name).join(', ')
    throw wrong('command', `"${words}" needs a subcommand: ${choices}`)
  }
  return { command, branches, options }
}

function dataOf(
  core: Core,
  { channel, command: words, options: given }: Run,
  focused?: string,
): { fullName: string; data: unknown } {
  const { command, branches, options } = find(core, channel, words)
  if (focused !== undefined && !options.some(({ name, autocomplete }) => name === focused && autocomplete))
    throw wrong('focused', `"${words}" has no option "${focused}" with autocomplete`)
  const filled = giveOptions(options, given, focused)
  const resolved = focused === undefined ? resolve(core, channel, filled) : {}
  const nested = branches.reduceRight<unknown[]>(
    (inner, { name, type }) => [{ name, type, options: inner }],
    filled,
  )
  return {
    // As in a message's `interaction_metadata`: with subcommands.
    fullName: [command.name, ...branches.map(branch => branch.name)].join(' '),
    data: {
      id: command.id,
      name: command.name,
      type: command.type,
      ...(command.guild_id && { guild_id: command.guild_id }),
      ...(nested.length > 0 && { options: nested }),
      ...(Object.keys(resolved).length > 0 && { resolved }),
    },
  }
}

/** A user runs a slash command. */
export function runCommand(core: Core, run: Run): Interaction {
  const { fullName, data } = dataOf(core, run)
  const { user, channel } = run
  const type = InteractionType.ApplicationCommand
  return openInteraction(core, { user, channel, type, commandName: fullName, data })
}

/** A user is typing an option of a slash command. */
export function runAutocomplete(core: Core, run: Run & { focused: string }): Interaction {
  const { fullName, data } = dataOf(core, run, run.focused)
  const { user, channel } = run
  const type = InteractionType.ApplicationCommandAutocomplete
  return openInteraction(core, { user, channel, type, commandName: fullName, data })
}
