import { join } from 'node:path'
import { type Clock, type Log, type Metrics, monotonicClock } from '@shardlight/service'
import type { IncidentStore } from '../incidents/incident-store.ts'
import type { Records, RecordsMigration } from '../records.ts'
import { createMemoryWebhookStore } from './memory-store.ts'
import { createPostgresWebhookStore } from './postgres-store.ts'
import { startWebhooks } from './start-webhooks.ts'
import type { WebhookTarget } from './targets.ts'

export const webhookMigration: RecordsMigration = {
  name: 'webhooks',
  directory: join(import.meta.dirname, '..', '..', 'migrations', 'webhooks'),
}

/** Tells the targets of the configuration what happens; with a database once, however many replicas there are. */
export function openWebhooks({
  targets,
  incidents,
  records,
  log,
  metrics,
  publicUrl,
  clock = monotonicClock,
}: {
  targets: readonly WebhookTarget[]
  incidents: IncidentStore
  records: Records
  log: Log
  metrics: Metrics
  publicUrl: string | undefined
  clock?: Clock
}): AsyncDisposable {
  if (targets.length === 0) return { async [Symbol.asyncDispose]() {} }
  log.info(`webhooks go to ${targets.map(({ name, kind }) => `${name} (${kind})`).join(', ')}`)
  if (!records.areKept)
    log.warn(
      'DATABASE_URL is not set: each process tells webhooks by itself, and forgets at its end what it has not told',
    )
  const store = records.areKept
    ? createPostgresWebhookStore({ records })
    : createMemoryWebhookStore({ clock })
  return startWebhooks({ targets, store, incidents, clock, log, metrics, pageUrl: publicUrl })
}
