import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** Every set of migrations by the table that remembers what ran, in an order in which they can be run. */
const FOLDERS = {
  event_log: 'packages/event-log/migrations',
  recent_changes: 'packages/recent-changes/migrations',
  errors: 'packages/features/src/errors/migrations',
  activity: 'packages/features/src/activity/migrations',
  countdown: 'packages/features/src/countdown/migrations',
  wikipedia: 'packages/features/src/wikipedia/migrations',
  vote: 'packages/features/src/votes/migrations',
  identify: 'packages/cluster/migrations/identify',
  ownership: 'packages/cluster/migrations/ownership',
  layout: 'packages/cluster/migrations/layout',
  history: 'apps/status/migrations/history',
  incidents: 'apps/status/migrations/incidents',
  webhooks: 'apps/status/migrations/webhooks',
}

export type MigrationSet = { name: string; folder: string; directory: string; files: string[] }

export const migrationSets = (): MigrationSet[] =>
  Object.entries(FOLDERS).map(([name, folder]) => {
    const directory = join(root, folder)
    const files = readdirSync(directory).filter(file => file.endsWith('.sql'))
    return { name, folder, directory, files: files.map(file => file.slice(0, -'.sql'.length)).toSorted() }
  })
