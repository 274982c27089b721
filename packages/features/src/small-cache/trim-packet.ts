import { ChannelType, type Client, GatewayDispatchEvents as Event, Events } from 'discord.js'
import { trimGuild, trimRole } from './trim-guild.ts'

/** A dispatch of the gateway, as `Events.Raw` brings it. */
export type Packet = { t: string; d: unknown }

/** discord.js makes up a channel that it does not have from the message's channel type, which Discord may leave out. */
function withChannelType(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null || !('guild_id' in raw) || 'channel_type' in raw) return raw
  return { ...raw, channel_type: ChannelType.GuildText }
}

const TRIM: Partial<Record<string, (data: unknown) => unknown>> = {
  [Event.GuildCreate]: trimGuild,
  [Event.GuildUpdate]: trimGuild,
  [Event.GuildRoleCreate]: trimRole,
  [Event.GuildRoleUpdate]: trimRole,
  [Event.MessageCreate]: withChannelType,
}

/** Leaves out of a packet, in place, what nobody here needs, and adds what the small cache then lacks. */
export function trimPacket(packet: Packet): void {
  const trim = TRIM[packet.t]
  if (trim) packet.d = trim(packet.d)
}

/** Goes before discord.js and all who listen to `client.ws`: they see the packet as it is then. */
export function trimPackets(client: Client): Disposable {
  client.on(Events.Raw, trimPacket)
  return { [Symbol.dispose]: () => void client.off(Events.Raw, trimPacket) }
}
