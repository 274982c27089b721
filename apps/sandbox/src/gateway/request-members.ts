import { GatewayDispatchEvents, GatewayIntentBits } from 'discord-api-types/v10'
import { z } from 'zod'
import { memberPayload } from '../payloads/user.ts'
import { bot, type World } from '../world/world.ts'
import type { Session } from './session.ts'

const CHUNK = 1_000

const schema = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.int().min(0).default(0),
  user_ids: z.union([z.string().transform(id => [id]), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
})

/** Op 8: GUILD_MEMBERS_CHUNKs; all members only for those with the privileged intent. */
export function sendMembers(session: Session, data: unknown, world: World): void {
  const read = schema.safeParse(data)
  const guild = read.success ? world.guilds.get(read.data.guild_id) : undefined
  if (!read.success || !guild || !session.covers(guild.shardKey)) return
  const { query, limit, user_ids, nonce } = read.data
  const everybody = query === '' && limit === 0
  if (everybody && (session.intents & GatewayIntentBits.GuildMembers) === 0) return
  const users = [bot, ...[...guild.memberIds].flatMap(id => world.users.get(id) ?? [])]
  const wanted = user_ids
    ? users.filter(user => user_ids.includes(user.id))
    : users.filter(user => user.username.toLowerCase().startsWith((query ?? '').toLowerCase()))
  const members = (limit === 0 ? wanted : wanted.slice(0, limit)).map(user => memberPayload(guild, user))
  const chunks = Math.max(1, Math.ceil(members.length / CHUNK))
  for (let index = 0; index < chunks; index++) {
    session.dispatch(
      GatewayDispatchEvents.GuildMembersChunk,
      JSON.stringify({
        guild_id: guild.id,
        members: members.slice(index * CHUNK, (index + 1) * CHUNK),
        chunk_index: index,
        chunk_count: chunks,
        ...(user_ids && { not_found: user_ids.filter(id => !wanted.some(user => user.id === id)) }),
        ...(nonce !== undefined && { nonce }),
      }),
    )
  }
}
