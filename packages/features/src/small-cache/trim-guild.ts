import { z } from 'zod'

const role = z.object({
  id: z.string(),
  permissions: z.string(),
  // Discord distinguishes absent from null here.
  tags: z.object({ bot_id: z.string().optional() }).optional(),
})

const member = z.object({
  user: z.object({ id: z.string(), bot: z.boolean().optional() }),
  roles: z.array(z.string()),
  joined_at: z.string().nullable(),
})

const voiceState = z.object({
  user_id: z.string(),
  channel_id: z.string().nullable(),
  deaf: z.boolean(),
  self_deaf: z.boolean(),
})

/** What is not named here is left out. */
const guild = z.object({
  id: z.string(),
  unavailable: z.boolean().optional(),
  name: z.string().optional(),
  owner_id: z.string().optional(),
  afk_channel_id: z.string().nullish(),
  roles: z.array(role).optional(),
  members: z.array(member).optional(),
  voice_states: z.array(voiceState).optional(),
  // discord.js takes a guild without the list for one that is not available.
  channels: z
    .array(z.unknown())
    .transform((): never[] => [])
    .optional(),
})

const roleOfGuild = z.looseObject({ role })

/**
 * A guild as GUILD_CREATE and GUILD_UPDATE tell it, with what is needed of it alone: see the README. Also for one that was
 * stored. What has another shape than documented comes back as it is, untrimmed.
 */
export function trimGuild(raw: unknown): unknown {
  return guild.safeParse(raw).data ?? raw
}

/** The same for GUILD_ROLE_CREATE and GUILD_ROLE_UPDATE. */
export function trimRole(raw: unknown): unknown {
  return roleOfGuild.safeParse(raw).data ?? raw
}
