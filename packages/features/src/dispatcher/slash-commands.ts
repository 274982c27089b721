import type { APIApplicationCommandOption, RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js'
import type { Command } from '../feature.ts'

const SUBCOMMAND = 1
const CHAT_INPUT = 1

/** Commands named `group name` become one slash command `group` with subcommands, as Discord wants them. */
export function slashCommands(
  commands: Command[],
  groups: Record<string, string>,
): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  const spoken = commands.filter(command => command.text)
  const byGroup = Map.groupBy(spoken, command => command.name.split(' ')[0] ?? command.name)
  return [...byGroup].map(([name, members]) => ({
    type: CHAT_INPUT,
    name,
    description: groups[name] ?? name,
    options: members.map(
      ({ name: full, description, options = [] }) =>
        ({
          type: SUBCOMMAND,
          name: full.split(' ').slice(1).join('-'),
          description,
          options,
        }) satisfies APIApplicationCommandOption,
    ),
  }))
}
