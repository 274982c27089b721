/** A command as it was registered; Discord's JSON. */
export type RegisteredCommand = {
  id: string
  application_id: string
  version: string
  type: number
  name: string
  description: string
  guild_id?: string
  options?: CommandOption[]
  contexts?: number[] | null
  [key: string]: unknown
}

export type CommandOption = {
  type: number
  name: string
  description: string
  required?: boolean
  autocomplete?: boolean
  choices?: { name: string; value: string | number }[]
  options?: CommandOption[]
  min_value?: number
  max_value?: number
  min_length?: number
  max_length?: number
  [key: string]: unknown
}

const GLOBAL = 'global'

export type CommandStore = ReturnType<typeof createCommandStore>

/** Application commands: global ones, and those of single guilds. */
export function createCommandStore() {
  const scopes = new Map<string, RegisteredCommand[]>()
  const of = (guildId?: string) => scopes.get(guildId ?? GLOBAL) ?? []
  return {
    of,
    set: (guildId: string | undefined, commands: RegisteredCommand[]) =>
      void scopes.set(guildId ?? GLOBAL, commands),
    /** What a user sees there; a guild's own command hides a global one of the same name. */
    visibleIn(guildId: string | undefined): RegisteredCommand[] {
      const own = guildId === undefined ? [] : of(guildId)
      const global = of().filter(command => !own.some(({ name }) => name === command.name))
      const context = guildId === undefined ? 1 : 0
      return [...own, ...global].filter(
        ({ contexts, dm_permission }) =>
          (contexts?.includes(context) ?? true) && (guildId !== undefined || dm_permission !== false),
      )
    },
    all: () => [...scopes.values()].flat(),
    guildIds: () => [...scopes.keys()].filter(scope => scope !== GLOBAL),
  }
}
