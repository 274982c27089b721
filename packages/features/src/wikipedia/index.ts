import { join } from 'node:path'
import { migrateRecentChanges } from '@shardlight/recent-changes'
import type { Feature } from '../feature.ts'
import { wikipediaCommands } from './commands.ts'
import { createLanguageStore } from './language-store.ts'
import { wikipediaPersonalData } from './personal-data.ts'

/** What changes on Wikipedia, as the ingester stored it. */
export const wikipedia: Feature = {
  name: 'wikipedia',
  description: 'What changes on Wikipedia',
  migrations: join(import.meta.dirname, 'migrations'),
  async start({ database }) {
    // The ingester may not have run yet: then there is nothing to show, which is no error.
    await migrateRecentChanges(database)
    return {
      commands: wikipediaCommands({ database, languages: createLanguageStore(database) }),
      personalData: wikipediaPersonalData(database),
      [Symbol.asyncDispose]: async () => {},
    }
  },
}
