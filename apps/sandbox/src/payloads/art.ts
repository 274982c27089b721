import type { Guild } from '../world/model.ts'

const EMOJIS_FROM = 20_000n
const STICKERS_FROM = 30_000n
const EVERY_STICKER = { type: 2, format_type: 1, available: true }

const made = <Piece>(count: number, make: (index: number) => Piece): Piece[] =>
  Array.from({ length: count }, (_, index) => make(index))

const idIn = (guild: Guild, offset: bigint, index: number) =>
  (BigInt(guild.id) + offset + BigInt(index)).toString()

/** Custom emojis and stickers, the same each time. */
export const artPayload = (guild: Guild) => ({
  emojis: made(guild.art?.emojis ?? 0, index => ({
    id: idIn(guild, EMOJIS_FROM, index),
    name: `mood_${index + 1}`,
    roles: [],
    require_colons: true,
    managed: false,
    animated: index % 4 === 0,
    available: true,
  })),
  stickers: made(guild.art?.stickers ?? 0, index => ({
    ...EVERY_STICKER,
    id: idIn(guild, STICKERS_FROM, index),
    guild_id: guild.id,
    name: `Wave ${index + 1}`,
    description: 'Somebody waves',
    tags: 'wave',
  })),
})
