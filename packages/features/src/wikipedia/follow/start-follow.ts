import { randomUUID } from 'node:crypto'
import type { Command, FeatureContext } from '../../feature.ts'
import type { LanguageStore } from '../language-store.ts'
import { followCommands } from './commands.ts'
import { createDeliveryStore } from './delivery-store.ts'
import { createFollowMetrics } from './follow-metrics.ts'
import { createFollowStore } from './follow-store.ts'
import { startMessenger } from './messenger.ts'

/** Following pages and categories: the commands, and the work that tells what changed. */
export function startFollow({
  database,
  languages,
  processId,
  metrics,
  ...context
}: Pick<
  FeatureContext,
  'database' | 'discord' | 'errors' | 'shards' | 'processId' | 'clock' | 'log' | 'metrics'
> & { languages: LanguageStore }): AsyncDisposable & { commands: Command[] } {
  const messenger = startMessenger({
    ...context,
    database,
    deliveries: createDeliveryStore(database),
    owner: { process: processId, life: randomUUID() },
    metrics: createFollowMetrics(metrics),
  })
  return {
    commands: followCommands({ follows: createFollowStore(database), languages }),
    [Symbol.asyncDispose]: () => messenger[Symbol.asyncDispose](),
  }
}
