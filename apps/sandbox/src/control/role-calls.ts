import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Core } from '../core.ts'
import type { Guild, Role } from '../world/model.ts'
import { missing, readInput, wrong } from './control-error.ts'
import { guildNamed, id } from './lookup.ts'

const permissions = z.string().regex(/^\d{1,20}$/, 'expected the bits as a decimal number')

const newRole = z.strictObject({
  name: z.string().min(1).max(100),
  permissions: permissions.default('0'),
  memberIds: z.array(id).default([]),
})

const changedRole = z.strictObject({ permissions })

type InGuild = { Params: { id: string } }
type OfRole = { Params: { id: string; roleId: string } }

/** Roles beside @everyone, and who has them. */
export function roleCalls(app: FastifyInstance, core: Core): void {
  const { world, announce } = core

  function roleNamed(params: OfRole['Params']): { guild: Guild; role: Role } {
    const guild = guildNamed(core, 'id', params.id)
    const role = guild.roles?.find(one => one.id === params.roleId)
    if (!role) throw missing('roleId', `there is no role ${params.roleId} in guild ${guild.id}`)
    return { guild, role }
  }

  app.post<InGuild>('/guilds/:id/roles', async ({ params, body }) => {
    const guild = guildNamed(core, 'id', params.id)
    const { memberIds, ...wanted } = readInput(newRole, body)
    for (const memberId of memberIds)
      if (!guild.memberIds.has(memberId)) throw wrong('memberIds', `${memberId} is not in guild ${guild.id}`)
    const role: Role = { id: world.snowflakes.next(), ...wanted }
    guild.roles = [...(guild.roles ?? []), role]
    guild.memberRoles ??= new Map()
    const held = guild.memberRoles
    announce.roleChanged(guild, role, 'GUILD_ROLE_CREATE')
    for (const memberId of memberIds) {
      held.set(memberId, new Set(held.get(memberId)).add(role.id))
      const user = world.users.get(memberId)
      if (user) announce.memberChanged(guild, user)
    }
    return { id: role.id }
  })

  app.post<OfRole>('/guilds/:id/roles/:roleId', async ({ params, body }) => {
    const { guild, role } = roleNamed(params)
    role.permissions = readInput(changedRole, body).permissions
    announce.roleChanged(guild, role, 'GUILD_ROLE_UPDATE')
    return { id: role.id }
  })

  app.delete<OfRole>('/guilds/:id/roles/:roleId', async ({ params }) => {
    const { guild, role } = roleNamed(params)
    guild.roles = guild.roles?.filter(other => other !== role) ?? []
    for (const held of guild.memberRoles?.values() ?? []) held.delete(role.id)
    announce.roleDeleted(guild, role)
    return { id: role.id }
  })
}
