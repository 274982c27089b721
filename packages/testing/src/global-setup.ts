import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, startRedis } from '@shardlight/embedded'
import type { TestProject } from 'vitest/node'

/** One real PostgreSQL and one real Redis for the whole run; each test file takes a database of its own. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-tests-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const postgres = opened.use(await startPostgres({ directory, durable: false }))
  const redis = await startRedis()
  if (redis) opened.use(redis)
  project.provide('postgresUrl', postgres.url)
  project.provide('redisUrl', redis?.url ?? null)
  const stack = opened.move()
  return () => stack.disposeAsync()
}
