import { join } from 'node:path'
import { type Database, migrate } from '@shardlight/database'
import type { Clock, Log, Metrics } from '@shardlight/service'
import type { Client } from 'discord.js'
import { createDiscord } from './discord.ts'
import { createDispatch } from './dispatcher/dispatcher.ts'
import { handleInteractions } from './dispatcher/handle-interactions.ts'
import { handleMessages } from './dispatcher/handle-messages.ts'
import { createErrorStore } from './errors/error-store.ts'
import type { Feature } from './feature.ts'
import { registerCommands } from './register-commands.ts'

export type Features = AsyncDisposable & {
  /** Tells Discord the slash commands; one process of the bot does it, once it is logged in. */
  register(): Promise<void>
}

/**
 * Brings the tables up to date, starts every feature and lets people reach them through the client, which may log
 * in before or after. Disposing stops listening first, then each feature.
 */
export async function startFeatures({
  features,
  client,
  database,
  shards,
  processId,
  clock,
  log,
  metrics,
}: {
  features: Feature[]
  client: Client
  database: Database
  /** The shards of this process, and how many the whole bot has. */
  shards: { ids: number[]; total: number }
  processId: number
  clock: Clock
  log: Log
  metrics: Metrics
}): Promise<Features> {
  await migrate(database, { name: 'errors', directory: join(import.meta.dirname, 'errors', 'migrations') })
  for (const { name, migrations } of features) await migrate(database, { name, directory: migrations })

  await using opened = new AsyncDisposableStack()
  const errors = createErrorStore({ database, processId })
  const discord = createDiscord({ rest: client.rest, botId: () => client.user?.id })
  const context = { database, discord, errors, shards, processId, clock, metrics }
  const running = []
  for (const feature of features) {
    running.push(opened.use(await feature.start({ ...context, log: log.child({ feature: feature.name }) })))
  }
  const commands = running.flatMap(one => one.commands)
  const dispatch = createDispatch({ features: running, errors, log, metrics })
  opened.use(handleInteractions({ client, commands, dispatch, errors, log }))
  opened.use(handleMessages({ client, commands, dispatch, discord, errors, log }))
  const stack = opened.move()
  return {
    async register() {
      if (!client.application) throw new Error('commands can be registered only after the login')
      const descriptions = Object.fromEntries(features.map(feature => [feature.name, feature.description]))
      await registerCommands({
        rest: client.rest,
        applicationId: client.application.id,
        commands,
        descriptions,
        database,
        log,
      })
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
