import { join } from 'node:path'
import { migrateRecentChanges } from '@shardlight/recent-changes'
import type { Feature } from '../feature.ts'
import { wikipediaCommands } from './commands.ts'
import { startFollow } from './follow/start-follow.ts'
import { createLanguageStore } from './language-store.ts'
import { wikipediaPersonalData } from './personal-data.ts'

/** What changes on Wikipedia, as the ingester stored it. */
export const wikipedia: Feature = {
  name: 'wikipedia',
  description: 'What changes on Wikipedia',
  migrations: join(import.meta.dirname, 'migrations'),
  // The ingester may not have run yet: then there is nothing to show, which is no error.
  prepare: migrateRecentChanges,
  async start({ database, discord, errors, shards, processId, clock, log, metrics }) {
    const languages = createLanguageStore(database)
    const follow = startFollow({
      database,
      languages,
      discord,
      errors,
      shards,
      processId,
      clock,
      log,
      metrics,
    })
    return {
      commands: [...wikipediaCommands({ database, languages }), ...follow.commands],
      personalData: wikipediaPersonalData(database),
      [Symbol.asyncDispose]: () => follow[Symbol.asyncDispose](),
    }
  },
}
