import { createLog, createMetrics, monotonicClock } from '@shardlight/service'
import type { Incident } from '@shardlight/status-client'
import { eventually } from '@shardlight/testing'
import type { IncidentFields, IncidentStore, NewUpdate } from '../src/incidents/incident-store.ts'
import { createMemoryIncidentStore } from '../src/incidents/memory-store.ts'
import { incidentMigration } from '../src/incidents/open-incidents.ts'
import { createPostgresIncidentStore } from '../src/incidents/postgres-store.ts'
import { openRecords } from '../src/records.ts'
import { createMemoryWebhookStore } from '../src/webhooks/memory-store.ts'
import { webhookMigration } from '../src/webhooks/open-webhooks.ts'
import { createPostgresWebhookStore } from '../src/webhooks/postgres-store.ts'
import { startWebhooks } from '../src/webhooks/start-webhooks.ts'
import { readWebhookTargets, type WebhookTarget } from '../src/webhooks/targets.ts'
import type { WebhookStore } from '../src/webhooks/webhook-store.ts'
import { SECRET } from './webhook-receiver.ts'

export const SLOW = { withinMs: 60_000 }

/** A quiet time that is short, yet longer than a test takes to write what belongs together. */
const GROUP_MS = 400
const QUICK = {
  lookMs: 20,
  groupMs: GROUP_MS,
  graceMs: 0,
  backoff: { firstMs: 20, mostMs: 200 },
  timeoutMs: 1_000,
}

export type Stores = { incidents: IncidentStore; store: WebhookStore }

export const memoryStores = (): Stores => ({
  incidents: createMemoryIncidentStore(),
  store: createMemoryWebhookStore({ clock: monotonicClock }),
})

/** What one replica has open of a database; a short lease stands for the long wait after a death. */
export async function openStores(url: string, { leaseMs = 3_000 } = {}): Promise<Stores & AsyncDisposable> {
  const log = createLog({ name: 'test', level: 'silent' })
  const migrations = [incidentMigration, webhookMigration]
  const records = await openRecords({ url, migrations, log, checkIntervalMs: 50 })
  return {
    incidents: createPostgresIncidentStore({ records }),
    store: createPostgresWebhookStore({ records, leaseMs }),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  }
}

export const targetsOf = (webhooks: string, secret = SECRET): WebhookTarget[] =>
  readWebhookTargets({ webhooks, secret })

/** One replica that tells those targets, once it knows them. */
export async function startReplica(
  { incidents, store }: Stores,
  targets: WebhookTarget[],
  more: Partial<Parameters<typeof startWebhooks>[0]> = {},
) {
  const metrics = createMetrics()
  const log = createLog({ name: 'test', level: 'silent' })
  const webhooks = startWebhooks({
    targets,
    incidents,
    store,
    metrics,
    log,
    clock: monotonicClock,
    ...QUICK,
    ...more,
  })
  for (const { name } of targets) await eventually('it is enrolled', () => store.read(name), SLOW)
  return { metrics, [Symbol.asyncDispose]: () => webhooks[Symbol.asyncDispose]() }
}

const OUTAGE: IncidentFields = {
  cluster: 'main',
  kind: 'outage',
  status: 'investigating',
  impact: 'major',
  title: 'Process 3 is down: shards 48–63',
  processId: '3',
  shards: [[48, 63]],
  remaining: [[48, 63]],
  startedAtMs: Date.now() - 60_000,
  downAtMs: Date.now() - 60_000,
  resolvedAtMs: null,
  startsAtMs: null,
  endsAtMs: null,
}
const DOWN: NewUpdate = {
  by: 'system',
  status: 'investigating',
  text: 'No answer from shards 48–63.',
  facts: null,
}

/** Of as many processes, in one write as the detector does it. */
export const goDown = (incidents: IncidentStore, ...processIds: string[]): Promise<Incident[]> =>
  incidents.write(async ledger => {
    const opened: Incident[] = []
    for (const processId of processIds) {
      const id = await ledger.insert({ ...OUTAGE, processId, title: `Process ${processId} is down` })
      await ledger.append(id, DOWN)
      const incident = await ledger.find(id)
      if (incident) opened.push(incident)
    }
    return opened
  })

export const comeBack = (incidents: IncidentStore, ...ended: Incident[]): Promise<void> =>
  incidents.write(async ledger => {
    for (const incident of ended) {
      await ledger.save({
        ...incident,
        status: 'resolved',
        title: incident.title.replace('is', 'was'),
        remaining: [],
        resolvedAtMs: Date.now(),
      })
      await ledger.append(incident.id, { ...DOWN, status: 'resolved', text: 'Back after 2 min.' })
    }
  })
