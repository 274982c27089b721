import { join } from 'node:path'
import type { Log, Metrics } from '@shardlight/service'
import type { ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { Directory } from '../directory.ts'
import type { Records, RecordsMigration } from '../records.ts'
import { exposeHistory } from './metrics.ts'
import { startHistoryRecorder } from './recorder.ts'
import { historyRoutes } from './routes.ts'

export const historyMigration: RecordsMigration = {
  name: 'history',
  directory: join(import.meta.dirname, '..', '..', 'migrations', 'history'),
}

/** Uptime: counted where a database is configured, and read by anybody. */
export function openHistory({
  registry,
  directory,
  records,
  healthTimeoutMs,
  metrics,
  log,
}: {
  registry: ShardRegistry
  directory: Directory
  records: Records
  healthTimeoutMs: number
  metrics: Metrics
  log: Log
}): AsyncDisposable & { routes: FastifyPluginAsync } {
  const routes = historyRoutes({ directory, records })
  if (!records.areKept) return { routes, async [Symbol.asyncDispose]() {} }
  const recorder = startHistoryRecorder({ registry, directory, records, healthTimeoutMs, log })
  exposeHistory(recorder, metrics)
  return { routes, [Symbol.asyncDispose]: () => recorder[Symbol.asyncDispose]() }
}
