import { expect, it } from 'vitest'
import { changesGuilds, fold, type Packet, type RawGuild } from './guild-snapshot.ts'

const guild = {
  id: '1',
  name: 'home',
  channels: [{ id: '10', name: 'general' }],
  roles: [{ id: '1', permissions: '8' }],
  members: [{ user: { id: '99' }, roles: [] }],
  voice_states: [],
}

function after(...packets: Packet[]): RawGuild | undefined {
  const guilds = new Map<string, RawGuild>()
  for (const packet of [{ t: 'GUILD_CREATE', d: structuredClone(guild) }, ...packets]) fold(guilds, packet)
  return guilds.get('1')
}

it('keeps channels, threads and roles as the last event left them', () => {
  const now = after(
    { t: 'CHANNEL_CREATE', d: { id: '11', guild_id: '1', name: 'new' } },
    { t: 'CHANNEL_UPDATE', d: { id: '10', guild_id: '1', name: 'renamed' } },
    { t: 'CHANNEL_DELETE', d: { id: '11', guild_id: '1' } },
    { t: 'THREAD_CREATE', d: { id: '12', guild_id: '1', parent_id: '10' } },
    { t: 'GUILD_ROLE_CREATE', d: { guild_id: '1', role: { id: '5', permissions: '0' } } },
    { t: 'GUILD_ROLE_UPDATE', d: { guild_id: '1', role: { id: '1', permissions: '0' } } },
    { t: 'GUILD_ROLE_DELETE', d: { guild_id: '1', role_id: '5' } },
    { t: 'GUILD_UPDATE', d: { id: '1', name: 'home, sweet' } },
  )
  expect(now).toEqual({
    ...guild,
    name: 'home, sweet',
    channels: [{ id: '10', guild_id: '1', name: 'renamed' }],
    threads: [{ id: '12', guild_id: '1', parent_id: '10' }],
    roles: [{ id: '1', permissions: '0' }],
  })
})

it('knows who is in voice, and the members that they are', () => {
  const join = (user: string, channel: string | null) => ({
    t: 'VOICE_STATE_UPDATE',
    d: { guild_id: '1', user_id: user, channel_id: channel, member: { user: { id: user } } },
  })
  const now = after(join('7', '10'), join('8', '10'), join('7', '11'), join('8', null))
  expect(now?.['voice_states']).toEqual([{ guild_id: '1', user_id: '7', channel_id: '11' }])
  expect(now?.['members']).toContainEqual({ user: { id: '7' } })
})

it('tells a guild that was left from one in an outage', () => {
  expect(after({ t: 'GUILD_DELETE', d: { id: '1' } })).toBeUndefined()
  expect(after({ t: 'GUILD_DELETE', d: { id: '1', unavailable: true } })).toEqual({
    id: '1',
    unavailable: true,
  })
})

it('gives the same when events come twice', () => {
  const packets = [
    { t: 'CHANNEL_CREATE', d: { id: '11', guild_id: '1' } },
    { t: 'GUILD_ROLE_CREATE', d: { guild_id: '1', role: { id: '5' } } },
    { t: 'CHANNEL_DELETE', d: { id: '10', guild_id: '1' } },
  ]
  expect(after(...packets, ...packets)).toEqual(after(...packets))
})

it('leaves alone what it does not know, and what has another shape', () => {
  expect(changesGuilds('MESSAGE_CREATE')).toBe(false)
  expect(changesGuilds('toString')).toBe(false)
  const odd = ['CHANNEL_CREATE', 'GUILD_UPDATE', 'VOICE_STATE_UPDATE', 'MESSAGE_CREATE']
  expect(after(...odd.map(t => ({ t, d: { id: 5 } })))).toEqual(guild)
})
