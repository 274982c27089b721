import { ChannelType, type Client, PermissionFlagsBits, type REST, Routes } from 'discord.js'
import { z } from 'zod'
import { type Discord, isGone } from './discord.ts'

const channelSchema = z.object({
  type: z.number(),
  guild_id: z.string().optional(),
  parent_id: z.string().nullish(),
  permission_overwrites: z
    .array(z.object({ id: z.string(), allow: z.coerce.bigint(), deny: z.coerce.bigint() }))
    .default([]),
})
type Channel = z.output<typeof channelSchema>

const THREADS = new Set<number>([ChannelType.PublicThread, ChannelType.AnnouncementThread])

/** Channels are not cached, and what discord.js makes up of a message's or interaction's channel lacks overwrites. */
async function fetchChannel(rest: REST, channelId: string): Promise<Channel | undefined> {
  try {
    return channelSchema.parse(await rest.get(Routes.channel(channelId)))
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** By the roles that Discord told the shard of the guild, which must be one of this client, and the channel as it is now. */
export const isOpenToAllIn =
  (client: Client): Discord['isOpenToAll'] =>
  async (guildId, channelId) => {
    const id = String(guildId)
    const everyone = client.guilds.cache.get(id)?.roles.everyone
    const named = await fetchChannel(client.rest, String(channelId))
    if (!everyone || named?.guild_id !== id || named.type === ChannelType.PrivateThread) return false
    // A thread is seen by whoever sees the channel that it belongs to.
    const isThread = THREADS.has(named.type)
    const channel = isThread && named.parent_id ? await fetchChannel(client.rest, named.parent_id) : named
    if (!channel) return false
    if (everyone.permissions.has(PermissionFlagsBits.Administrator)) return true
    const own = channel.permission_overwrites.find(overwrite => overwrite.id === id)
    const granted = (everyone.permissions.bitfield & ~(own?.deny ?? 0n)) | (own?.allow ?? 0n)
    return (granted & PermissionFlagsBits.ViewChannel) !== 0n
  }
