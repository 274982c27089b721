import { Client } from 'discord.js'
import { cacheOptions, requiredIntents } from '../../src/client-options.ts'
import { trimPackets } from '../../src/small-cache/trim-packet.ts'
import { weigh } from './weigh.ts'

/** The client of a shard process; its features, which weigh the same however many guilds there are, are left out. */
const { DISCORD_API_URL = '' } = process.env
const client = new Client({
  ...cacheOptions(),
  intents: requiredIntents({ messageContent: false }),
  rest: { api: DISCORD_API_URL },
})
using _trimming = trimPackets(client)
await weigh(client)
