import { Client, GatewayIntentBits } from 'discord.js'
import { weigh } from './weigh.ts'

/** discord.js as its guide shows it, with the intents of ours. */
const { DISCORD_API_URL = '' } = process.env
const client = new Client({
  intents: [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.GuildVoiceStates,
    GatewayIntentBits.DirectMessages,
  ],
  rest: { api: DISCORD_API_URL },
})
await weigh(client)
