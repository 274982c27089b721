import { openDatabase } from '@shardlight/database'
import {
  createLog,
  createMetrics,
  flag,
  logLevel,
  monotonicClock,
  readConfig,
  runProcess,
  wholeNumber,
} from '@shardlight/service'
import { Client, Events } from 'discord.js'
import { z } from 'zod'
import { allFeatures, cacheOptions, requiredIntents, restOptions, startFeatures } from '../../src/index.ts'

/** A shard process with all features and one shard: the bot's only one, unless told otherwise. */
runProcess('bot', async () => {
  const config = readConfig(
    {
      DISCORD_API_URL: z.url(),
      DISCORD_TOKEN: z.string(),
      DATABASE_URL: z.url(),
      PROCESS_ID: wholeNumber(0, 100).default(0),
      SHARD_ID: wholeNumber(0, 100).default(0),
      TOTAL_SHARDS: wholeNumber(1, 100).default(1),
      MESSAGE_CONTENT: flag(),
      LOG_LEVEL: logLevel(),
    },
    process.env,
  )
  const log = createLog({ name: 'bot', level: config.LOG_LEVEL, secrets: [config.DISCORD_TOKEN] })
  const shards = { ids: [config.SHARD_ID], total: config.TOTAL_SHARDS }
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase({ url: config.DATABASE_URL, applicationName: 'test bot' }))
  const client = new Client({
    ...cacheOptions(),
    intents: requiredIntents({ messageContent: config.MESSAGE_CONTENT }),
    shards: shards.ids,
    shardCount: shards.total,
    rest: restOptions({ apiUrl: config.DISCORD_API_URL }),
  })
  opened.defer(() => client.destroy())
  const ready = new Promise<void>(resolve => client.once(Events.ClientReady, () => resolve()))
  const features = opened.use(
    await startFeatures({
      features: allFeatures,
      client,
      database,
      shards,
      processId: config.PROCESS_ID,
      clock: monotonicClock,
      log,
      metrics: createMetrics(),
    }),
  )
  await client.login(config.DISCORD_TOKEN)
  await ready
  await features.register()
  process.send?.('ready')
  return opened.move()
})
