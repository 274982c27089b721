import { describe, expect, it } from 'vitest'
import { trimGuild, trimRole } from './trim-guild.ts'
import { trimPacket } from './trim-packet.ts'

const role = {
  id: '10',
  name: 'Crew',
  permissions: '2147483656',
  color: 255,
  colors: { primary_color: 255, secondary_color: null, tertiary_color: null },
  tags: { bot_id: '7', premium_subscriber: null },
}

const voiceState = { user_id: '8', channel_id: '21', deaf: false, self_deaf: true }

const raw = {
  id: '1',
  name: 'Harbour',
  icon: 'a_0123',
  features: ['COMMUNITY'],
  owner_id: '9',
  afk_channel_id: null,
  member_count: 512,
  unavailable: false,
  channels: [{ id: '20', type: 0, name: 'general', topic: 'All', permission_overwrites: [] }],
  threads: [{ id: '22' }],
  roles: [role],
  emojis: [{ id: '30', name: 'wave' }],
  stickers: [{ id: '31' }],
  presences: [{ user: { id: '8' } }],
  members: [
    {
      user: { id: '8', username: 'ada', global_name: 'Ada', bot: false },
      roles: ['10'],
      joined_at: '2024-02-01T00:00:00.000Z',
      nick: 'A',
    },
  ],
  voice_states: [{ ...voiceState, session_id: 'f00' }],
}

const trimmed = {
  id: '1',
  name: 'Harbour',
  owner_id: '9',
  afk_channel_id: null,
  unavailable: false,
  channels: [],
  roles: [{ id: '10', permissions: '2147483656', tags: { bot_id: '7' } }],
  members: [{ user: { id: '8', bot: false }, roles: ['10'], joined_at: '2024-02-01T00:00:00.000Z' }],
  voice_states: [voiceState],
}

describe('trimming a guild', () => {
  it('leaves who owns it, what its roles allow, and who is in voice', () => {
    expect(trimGuild(raw)).toEqual(trimmed)
  })

  it('changes neither what it is given nor what was trimmed and stored before', () => {
    const given = structuredClone(raw)
    trimGuild(given)
    expect(given).toEqual(raw)
    expect(trimGuild(JSON.parse(JSON.stringify(trimmed)))).toEqual(trimmed)
  })

  it('adds nothing to a guild in an outage, nor to an update, which would then be taken for news', () => {
    expect(trimGuild({ id: '1', unavailable: true })).toEqual({ id: '1', unavailable: true })
    const { channels: _, members: _members, voice_states: _states, ...update } = raw
    expect(trimGuild(update)).not.toHaveProperty('channels')
  })

  it('lets pass what has another shape than documented', () => {
    const odd = { ...raw, roles: { 10: role } }
    expect(trimGuild(odd)).toBe(odd)
    expect(trimRole({ guild_id: '1', role_id: '10' })).toEqual({ guild_id: '1', role_id: '10' })
  })
})

describe('trimming a packet', () => {
  const trimmedAs = (t: string, d: unknown) => {
    const packet = { t, d }
    trimPacket(packet)
    return packet.d
  }

  it('trims guilds and roles, and nothing else', () => {
    expect(trimmedAs('GUILD_CREATE', raw)).toEqual(trimmed)
    expect(trimmedAs('GUILD_UPDATE', { id: '1', icon: 'b', name: 'Port' })).toEqual({ id: '1', name: 'Port' })
    expect(trimmedAs('GUILD_ROLE_UPDATE', { guild_id: '1', role })).toEqual({
      guild_id: '1',
      role: trimmed.roles[0],
    })
    expect(trimmedAs('CHANNEL_UPDATE', raw)).toBe(raw)
  })

  it('says of what type the channel of a message in a guild is, where Discord does not', () => {
    expect(trimmedAs('MESSAGE_CREATE', { guild_id: '1', channel_id: '20' })).toMatchObject({
      channel_type: 0,
    })
    expect(trimmedAs('MESSAGE_CREATE', { guild_id: '1', channel_type: 11 })).toMatchObject({
      channel_type: 11,
    })
    expect(trimmedAs('MESSAGE_CREATE', { channel_id: '20' })).toEqual({ channel_id: '20' })
  })
})
