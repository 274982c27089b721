import { ChannelType, type Client, GatewayDispatchEvents as Event, Events } from 'discord.js'
import { z } from 'zod'
import { trimGuild, trimRole } from './trim-guild.ts'

/** A dispatch of the gateway, as `Events.Raw` brings it. */
export type Packet = { t: string; d: unknown }

const messageInGuild = z.looseObject({ guild_id: z.string(), channel_type: z.undefined() })

/** discord.js makes up the channel of a message from its type, which Discord may leave out. */
const withChannelType = (raw: unknown): unknown =>
  messageInGuild.safeParse(raw).success
    ? Object.assign(messageInGuild.parse(raw), { channel_type: ChannelType.GuildText })
    : raw

const TRIM: Partial<Record<string, (data: unknown) => unknown>> = {
  [Event.GuildCreate]: trimGuild,
  [Event.GuildUpdate]: trimGuild,
  [Event.GuildRoleCreate]: trimRole,
  [Event.GuildRoleUpdate]: trimRole,
  [Event.MessageCreate]: withChannelType,
}

/** Leaves out of a packet, in place, what nobody here needs. */
export function trimPacket(packet: Packet): void {
  const trim = TRIM[packet.t]
  if (trim) packet.d = trim(packet.d)
}

/** Before anybody else, discord.js included, sees a packet; so it comes before other listeners to the gateway. */
export function trimPackets(client: Client): Disposable {
  client.on(Events.Raw, trimPacket)
  return { [Symbol.dispose]: () => void client.off(Events.Raw, trimPacket) }
}
