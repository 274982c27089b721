import { type Command, UserError } from '../../feature.ts'
import {
  changeSettings,
  readSettings,
  SETTINGS,
  type SettingName,
  type Settings,
  settingNames,
} from '../settings.ts'
import { inGuild, type VoteContext, wordsAfter } from './context.ts'

const INTEGER = 4

const isName = (name: string): name is SettingName => (settingNames as string[]).includes(name)

/** @throws {UserError} naming the setting, the value and what is expected. */
function readChange(name: string, given: unknown): [SettingName, number] {
  if (!isName(name))
    throw new UserError(`There is no setting “${name.slice(0, 40)}”. There are: ${settingNames.join(', ')}`)
  const { min, max } = SETTINGS[name]
  const value = /^\d{1,6}$/.test(String(given)) ? Number(given) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw new UserError(
      `${name} is a whole number from ${min} to ${max}, not “${String(given).slice(0, 40)}”.`,
    )
  }
  return [name, value]
}

/** `quorum-percent 40 active-days 7`, for those who write. */
function pairsOf(words: string): [string, string][] {
  const parts = words.split(/[\s=:]+/).filter(part => part !== '')
  return Array.from({ length: Math.ceil(parts.length / 2) }, (_, at) => [
    (parts[at * 2] ?? '').toLowerCase(),
    parts[at * 2 + 1] ?? '',
  ])
}

const listed = (settings: Settings) =>
  settingNames
    .map(name => {
      const { description, fallback } = SETTINGS[name]
      const changed = settings[name] === fallback ? '' : ` (otherwise ${fallback})`
      return `\`${name}\` **${settings[name]}**${changed}\n-# ${description}`
    })
    .join('\n')

export const settingsCommand = ({ database }: VoteContext): Command => ({
  name: 'vote settings',
  description: 'Show how votes are held in this server; administrators can change it',
  options: settingNames.map(name => ({
    type: INTEGER as typeof INTEGER,
    name,
    description: SETTINGS[name].description,
    min_value: SETTINGS[name].min,
    max_value: SETTINGS[name].max,
  })),
  text: {
    usage: 'vote settings',
    read: wordsAfter(/^vote\s+settings(?:\s+(?<rest>[\s\S]*))?$/i),
  },
  async run(call) {
    const { guildId, member } = inGuild(call)
    const given =
      call.how === 'text' ? pairsOf(String(call.input['words'] ?? '')) : Object.entries(call.input)
    const changes = Object.fromEntries(given.map(([name, value]) => readChange(name, value)))
    const isChanged = Object.keys(changes).length > 0
    if (isChanged) {
      if (!member.isAdministrator)
        throw new UserError('Only administrators of this server can change how votes are held.')
      await changeSettings(database, { guildId, changes, by: call.userId })
    }
    const heading = isChanged ? 'Changed. Votes that open from now on are held so:' : 'Votes are held so:'
    return { content: `${heading}\n${listed(await readSettings(database, guildId))}` }
  },
})
