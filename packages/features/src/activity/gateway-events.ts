import { type Client, GatewayDispatchEvents as Event, Events } from 'discord.js'
import { z } from 'zod'
import type { VoicePlace } from './voice-time.ts'

const id = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt)
const member = z.object({
  user: z.object({ id, bot: z.boolean().optional() }),
  joined_at: z.coerce.date().nullable(),
})
const state = z.object({ channel_id: id.nullable(), user_id: id, deaf: z.boolean(), self_deaf: z.boolean() })

const guildCreate = z.object({
  id,
  afk_channel_id: id.nullable(),
  voice_states: z.array(state),
  members: z.array(member),
})
const guildUpdate = z.object({ id, afk_channel_id: id.nullable() })
const guildDelete = z.object({ id, unavailable: z.boolean().optional() })
const voiceStateUpdate = state.extend({ guild_id: id, member: member.optional() })

export type VoiceNews = {
  onGuild(guildId: bigint, now: { places: Map<bigint, VoicePlace>; afkChannelId: bigint | null }): void
  onAfkChannel(guildId: bigint, channelId: bigint | null): void
  onGuildGone(guildId: bigint): void
  /** A shard, or one guild in an outage of Discord, is no longer heard of, or heard again. */
  onSilence(of: { shardId: number } | { guildId: bigint }, isSilent: boolean): void
  onMove(guildId: bigint, userId: bigint, place: VoicePlace): void
}

const placeOf = (
  { channel_id, deaf, self_deaf }: z.output<typeof state>,
  who: z.output<typeof member> | undefined,
): VoicePlace => ({
  channelId: channel_id,
  isDeaf: deaf || self_deaf,
  ...(who && { isBot: who.user.bot === true, joinedAt: who.joined_at }),
})

/**
 * Tells who is in voice, from the gateway's own events: discord.js's caches of voice states and members are off.
 * What does not have the documented shape is passed to `onOdd`.
 */
export function followVoice(client: Client, news: VoiceNews, onOdd: (error: z.ZodError) => void): Disposable {
  const following = new DisposableStack()
  const on = <Schema extends z.ZodType>(
    event: Event,
    schema: Schema,
    handle: (data: z.output<Schema>) => void,
  ) => {
    const listener = (data: unknown) => {
      const read = schema.safeParse(data)
      if (read.success) handle(read.data)
      else onOdd(read.error)
    }
    client.ws.on(event, listener)
    following.defer(() => client.ws.off(event, listener))
  }

  on(Event.GuildCreate, guildCreate, ({ id: guildId, afk_channel_id, voice_states, members }) => {
    const byId = new Map(members.map(one => [one.user.id, one]))
    const places = voice_states.map(one => [one.user_id, placeOf(one, byId.get(one.user_id))] as const)
    news.onGuild(guildId, { places: new Map(places), afkChannelId: afk_channel_id })
  })
  on(Event.GuildUpdate, guildUpdate, guild => news.onAfkChannel(guild.id, guild.afk_channel_id))
  on(Event.GuildDelete, guildDelete, guild => {
    if (guild.unavailable === true) news.onSilence({ guildId: guild.id }, true)
    else news.onGuildGone(guild.id)
  })
  on(Event.VoiceStateUpdate, voiceStateUpdate, data =>
    news.onMove(data.guild_id, data.user_id, placeOf(data, data.member)),
  )
  const lost = (shardId: number) => news.onSilence({ shardId }, true)
  const closed = (_: unknown, shardId: number) => lost(shardId)
  const back = (shardId: number) => news.onSilence({ shardId }, false)
  client.on(Events.ShardReconnecting, lost).on(Events.ShardDisconnect, closed).on(Events.ShardResume, back)
  following.defer(() => {
    client
      .off(Events.ShardReconnecting, lost)
      .off(Events.ShardDisconnect, closed)
      .off(Events.ShardResume, back)
  })
  return following
}
