import { setTimeout as sleep } from 'node:timers/promises'
import {
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
  Client,
  Events,
  GatewayIntentBits,
} from 'discord.js'
import { ClusterClient, getInfo } from 'discord-hybrid-sharding'
import { noteMessages } from './notes.ts'
import { peerEnvironment } from './peer-environment.ts'
import { COUNT_STEP_MS } from './scenario.ts'

/** A bot that counts, as one is written with discord.js and discord-hybrid-sharding: a count lives in its process. */
const { NOTES, DISCORD_API_URL, DISCORD_TOKEN } = peerEnvironment
const { SHARD_LIST: shards, TOTAL_SHARDS: shardCount } = getInfo()

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  shards,
  shardCount,
  rest: { api: DISCORD_API_URL },
})
const cluster = new ClusterClient(client)

async function count(interaction: ChatInputCommandInteraction): Promise<void> {
  const target = interaction.options.getInteger('to', true)
  await interaction.reply(`Counting to ${target} here.`)
  const startMs = performance.now()
  for (let number = 1; number <= target; number += 1) {
    await sleep(startMs + number * COUNT_STEP_MS - performance.now())
    if (interaction.channel?.isSendable()) await interaction.channel.send(String(number))
  }
}

const commands = [
  {
    name: 'countdown',
    description: 'Count from one to a number',
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand as const,
        name: 'start',
        description: 'Count here',
        options: [
          {
            type: ApplicationCommandOptionType.Integer as const,
            name: 'to',
            description: 'How far',
            required: true,
          },
        ],
      },
    ],
  },
]

// "Load Events" stands here in its documentation: a cluster in maintenance gets no further until it takes over.
cluster.on('ready', () => {
  noteMessages(client, NOTES)
  client.on(Events.InteractionCreate, interaction => {
    if (interaction.isChatInputCommand())
      count(interaction).catch(error => console.error('the count ended', error))
  })
})
client.once(Events.ClientReady, async ready => {
  cluster.triggerReady()
  if (shards.includes(0)) await ready.application.commands.set(commands)
})
await client.login(DISCORD_TOKEN)
