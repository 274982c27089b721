import type { Queryable } from '@shardlight/database'
import { z } from 'zod'

type Setting = { description: string; min: number; max: number; fallback: number }

/** What administrators may set for their guild, as the command shows it; the unit is in the name. */
export const SETTINGS = {
  'active-days': {
    description: 'Active is who used me, wrote to me or was in voice within so many days',
    min: 1,
    max: 30,
    fallback: 10,
  },
  'fewest-active': {
    description: 'How many active members, without the one it is about, a challenge or restore needs',
    min: 3,
    max: 100,
    fallback: 3,
  },
  'quorum-percent': {
    description: 'How many of the active members must vote; 25 at most are asked for',
    min: 5,
    max: 100,
    fallback: 33,
  },
  'yes-percent': {
    description: 'How many of the active members must say yes; between 3 and 10 are asked for',
    min: 5,
    max: 100,
    fallback: 15,
  },
  'restraint-days': {
    description: 'How long a passed challenge keeps somebody from using me',
    min: 1,
    max: 365,
    fallback: 14,
  },
  'challenger-wait-hours': {
    description: 'How long somebody waits after starting a challenge before starting another',
    min: 0,
    max: 720,
    fallback: 1,
  },
  'target-wait-hours': {
    description: 'How long somebody is left alone after a vote about them that did not pass',
    min: 0,
    max: 2_160,
    fallback: 72,
  },
  'server-wait-minutes': {
    description: 'How long after one challenge another may be started in this server',
    min: 0,
    max: 10_080,
    fallback: 10,
  },
  'shortest-minutes': {
    description: 'How long votes about members stay open at least, so that more than a few friends see them',
    min: 1,
    max: 1_440,
    fallback: 10,
  },
  'account-age-days': {
    description: 'How old an account must be to start or cast votes about members',
    min: 0,
    max: 365,
    fallback: 7,
  },
  'member-age-days': {
    description: 'How long somebody must be a member to start or cast votes about members',
    min: 0,
    max: 365,
    fallback: 3,
  },
  'distinct-days': {
    description: 'On how many days somebody must have been active to start or cast votes about members',
    min: 1,
    max: 10,
    fallback: 1,
  },
} satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS
export type Settings = Record<SettingName, number>

export const settingNames = Object.keys(SETTINGS) as SettingName[]

const stored = z.partialRecord(z.enum(settingNames), z.number())

/** What a guild set, and the defaults for the rest. */
export async function readSettings(database: Queryable, guildId: bigint): Promise<Settings> {
  const [row] = await database.query<{ settings: unknown }>(
    'SELECT settings FROM vote_settings WHERE guild_id = $1',
    [guildId],
  )
  const set = row ? stored.parse(row.settings) : {}
  const entries = settingNames.map(name => [name, set[name] ?? SETTINGS[name].fallback] as const)
  return Object.fromEntries(entries) as Settings
}

export async function changeSettings(
  database: Queryable,
  { guildId, changes, by }: { guildId: bigint; changes: Partial<Settings>; by: bigint },
): Promise<void> {
  await database.query(
    `INSERT INTO vote_settings (guild_id, settings, changed_by) VALUES ($1, $2, $3)
     ON CONFLICT (guild_id) DO UPDATE SET settings = vote_settings.settings || excluded.settings,
       changed_by = excluded.changed_by, changed_at = now()`,
    [guildId, JSON.stringify(changes), by],
  )
}
