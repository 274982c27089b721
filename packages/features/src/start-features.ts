import type { Database } from '@shardlight/database'
import type { Clock, Log, Metrics } from '@shardlight/service'
import type { Client } from 'discord.js'
import { createActivity } from './activity/activity.ts'
import { activityPersonalData } from './activity/personal-data.ts'
import { startVoiceTracker } from './activity/voice-tracker.ts'
import { createDiscord } from './discord.ts'
import { createAdmission } from './dispatcher/admission.ts'
import { createCommandMetrics } from './dispatcher/command-metrics.ts'
import { createDispatch } from './dispatcher/dispatcher.ts'
import { handleInteractions } from './dispatcher/handle-interactions.ts'
import { handleMessages } from './dispatcher/handle-messages.ts'
import { explainSwitchedOff } from './dispatcher/switched-off.ts'
import { createErrorStore } from './errors/error-store.ts'
import { errorsPersonalData } from './errors/personal-data.ts'
import type { Command, Feature, FeatureSwitch, RunningFeature } from './feature.ts'
import { findMemberWith } from './find-member.ts'
import { isOpenToAllIn } from './is-open-to-all.ts'
import { type PreparedFeatures, prepareFeatures } from './prepare-features.ts'
import { privacyCommands } from './privacy/privacy.ts'
import { registerCommands } from './register-commands.ts'
import { trimPackets } from './small-cache/trim-packet.ts'

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
  prepared,
  eventsKeptDays,
  isOn = async () => true,
  track = work => work,
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
  /** Done here where it was not done before. */
  prepared?: PreparedFeatures
  /** How long events live before they are archived. */
  eventsKeptDays?: number | undefined
  /** All are on unless it says otherwise. */
  isOn?: FeatureSwitch
  /** Wraps the handling of each message and interaction, for whoever has to wait for it. */
  track?: (work: Promise<void>) => Promise<void>
  clock: Clock
  log: Log
  metrics: Metrics
}): Promise<Features> {
  await using opened = new AsyncDisposableStack()
  opened.use(trimPackets(client))
  const { eventLog } =
    prepared ?? opened.use(await prepareFeatures({ features, database, eventsKeptDays, log }))

  const errors = createErrorStore({ database, processId })
  const discord = createDiscord({
    rest: client.rest,
    botId: () => client.user?.id,
    findMember: findMemberWith(client),
    isOpenToAll: isOpenToAllIn(client),
    guildName: guildId => client.guilds.cache.get(String(guildId))?.name,
  })
  const context = { database, discord, eventLog, errors, shards, processId, clock, metrics }
  const activity = createActivity({ eventLog, log })
  const running: RunningFeature[] = []
  const featureOf = new Map<Command, string>()
  const sources = [
    { name: 'activity', data: activityPersonalData({ activity, eventLog, database }) },
    { name: 'refused commands', data: errorsPersonalData(database) },
  ]
  for (const feature of features) {
    const started = opened.use(await feature.start({ ...context, log: log.child({ feature: feature.name }) }))
    running.push(started)
    for (const command of started.commands) featureOf.set(command, feature.name)
    if (started.personalData) sources.push({ name: feature.name, data: started.personalData })
  }
  for (const command of privacyCommands({ database, sources })) featureOf.set(command, 'privacy')
  const commands = [...featureOf.keys()]
  opened.use(await startVoiceTracker({ client, activity, database, shards, clock, log }))
  const admit = createAdmission({ eventLog, activity, discord })
  const counted = createCommandMetrics(metrics, featureOf)
  const whenOff = explainSwitchedOff({ featureOf, isOn })
  const dispatch = createDispatch({ features: running, whenOff, admit, errors, log, metrics: counted })
  opened.use(handleInteractions({ client, commands, dispatch, errors, track, metrics: counted, log }))
  opened.use(
    handleMessages({ client, commands, dispatch, discord, errors, track, metrics: counted, clock, log }),
  )
  const stack = opened.move()
  return {
    async register() {
      if (!client.application) throw new Error('commands can be registered only after the login')
      const descriptions = Object.fromEntries([
        ...features.map(feature => [feature.name, feature.description]),
        ['privacy', 'Your data'],
      ])
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
