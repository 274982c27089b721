import { join } from 'node:path'
import { type Clock, type Log, monotonicClock } from '@shardlight/service'
import type { ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import { badgeRoutes } from '../badge/routes.ts'
import type { StatusConfig } from '../config.ts'
import type { Directory } from '../directory.ts'
import type { RequireToken } from '../doors/require-token.ts'
import type { Records, RecordsMigration } from '../records.ts'
import { statuspageRoutes } from '../statuspage/routes.ts'
import { startIncidentDetector } from './detector.ts'
import type { IncidentStore } from './incident-store.ts'
import { type IncidentWatch, startIncidentWatch } from './incident-watch.ts'
import { createMemoryIncidentStore } from './memory-store.ts'
import { operatorRoutes } from './operator-routes.ts'
import { createPostgresIncidentStore } from './postgres-store.ts'
import { incidentReadRoutes } from './read-routes.ts'
import { syndicationRoutes } from './syndication/routes.ts'

export const incidentMigration: RecordsMigration = {
  name: 'incidents',
  directory: join(import.meta.dirname, '..', '..', 'migrations', 'incidents'),
}

export type Incidents = AsyncDisposable & {
  store: IncidentStore
  watch: IncidentWatch
  routes: FastifyPluginAsync
}

/** Sees what is down, takes what operators write, and tells both to anybody. Without a database only until a restart. */
export function openIncidents({
  registry,
  directory,
  records,
  healthTimeoutMs,
  requireOperator,
  brand: { name },
  publicUrl,
  log,
  clock = monotonicClock,
}: {
  registry: Pick<ShardRegistry, 'nowMs' | 'staleSinceMs'>
  directory: Directory
  records: Records
  requireOperator: RequireToken
  log: Log
  clock?: Clock
} & Pick<StatusConfig, 'brand' | 'healthTimeoutMs' | 'publicUrl'>): Incidents {
  const store = records.areKept ? createPostgresIncidentStore({ records }) : createMemoryIncidentStore()
  const watch = startIncidentWatch({ store, clock, log })
  const detector = startIncidentDetector({
    store,
    directory,
    isTrusted: () => registry.staleSinceMs() === null,
    healthTimeoutMs,
    clock,
    registryNowMs: () => registry.nowMs(),
    onWrite: () => void watch.refresh().catch(() => {}),
    log,
  })
  return {
    store,
    watch,
    async routes(app) {
      await app.register(incidentReadRoutes({ store, watch, directory }))
      await app.register(
        operatorRoutes({ store, directory, requireOperator, onWrite: () => watch.refresh() }),
      )
      await app.register(syndicationRoutes({ watch, directory, name, publicUrl }))
      await app.register(statuspageRoutes({ watch, directory, registry, name, publicUrl }))
      await app.register(badgeRoutes({ watch, directory, registry, name }))
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([watch, detector].map(part => part[Symbol.asyncDispose]()))
    },
  }
}
