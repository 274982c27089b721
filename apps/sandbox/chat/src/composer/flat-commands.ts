import type { CommandOptionView, CommandView, OptionValue } from '../../../src/control-api.ts'

const SUBCOMMAND = 1
const GROUP = 2
const INTEGER = 4
const BOOLEAN = 5
const NUMBER = 10

/** One line of the picker: subcommands stand on their own, `countdown start`. */
export type FlatCommand = { name: string; description: string; options: CommandOptionView[] }

function flatten(name: string, description: string, options: CommandOptionView[]): FlatCommand[] {
  const nested = options.filter(option => option.type === SUBCOMMAND || option.type === GROUP)
  if (nested.length === 0) return [{ name, description, options }]
  return nested.flatMap(one => flatten(`${name} ${one.name}`, one.description, one.options ?? []))
}

/** The commands to offer in a place: global ones, and the guild's own. */
export const flatCommands = (commands: CommandView[], guildId: string | undefined): FlatCommand[] =>
  commands
    .filter(command => command.guildId === undefined || command.guildId === guildId)
    .flatMap(({ name, description, options }) => flatten(name, description, options))

/** @throws with a sentence for the person when a value does not fit its option. */
export function readOption(option: CommandOptionView, given: string): OptionValue | undefined {
  const text = given.trim()
  if (text === '') {
    if (option.required) throw new Error(`${option.name}: a value is needed`)
    return undefined
  }
  if (option.type === BOOLEAN) return text === 'true'
  if (option.type !== INTEGER && option.type !== NUMBER) return text
  const number = Number(text)
  if (!Number.isFinite(number)) throw new Error(`${option.name}: “${text}” is not a number`)
  if (option.type === INTEGER && !Number.isInteger(number))
    throw new Error(`${option.name}: a whole number is needed`)
  const { min_value: min, max_value: max } = option
  if (min !== undefined && number < min) throw new Error(`${option.name}: ${min} at least`)
  if (max !== undefined && number > max) throw new Error(`${option.name}: ${max} at most`)
  return number
}
