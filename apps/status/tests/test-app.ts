import { createLog, createMetrics } from '@shardlight/service'
import { createMemoryRegistry } from '@shardlight/shard-registry/memory'
import { buildApp } from '../src/build-app.ts'
import { readStatusConfig } from '../src/config.ts'
import { noRecords, type Records } from '../src/records.ts'

export const TOKEN = 'the-token-of-main'
export const PASSPHRASE = 'open sesame'

/** The app with a registry in memory, a clock that the test moves, and one Glance cluster `glance:4`. */
export async function createTestApp(
  environment: Record<string, string> = {},
  { records = noRecords() }: { records?: Records } = {},
) {
  let nowMs = 1_700_000_000_000
  const registry = createMemoryRegistry({ healthTimeoutMs: 30_000, nowMs: () => nowMs })
  const config = readStatusConfig({
    STATUS_TOKENS: `main:${TOKEN};second:another-token`,
    GLANCE_BOTS: 'glance:4',
    GLANCE_PASSPHRASE: PASSPHRASE,
    ...environment,
  })
  const log = createLog({ name: 'test', level: 'silent' })
  const app = await buildApp({ registry, records, config, metrics: createMetrics(), log })
  return {
    app,
    registry,
    push: (
      payload: unknown,
      { cluster = 'main', token = TOKEN }: { cluster?: string; token?: string } = {},
    ) =>
      app.inject({
        method: 'POST',
        url: `/api/v2/clusters/${cluster}/shards`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      }),
    tell: (
      payload: unknown,
      { cluster = 'main', token = TOKEN }: { cluster?: string; token?: string } = {},
    ) =>
      app.inject({
        method: 'PUT',
        url: `/api/v2/clusters/${cluster}/notices`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        payload: JSON.stringify(payload),
      }),
    glance: (path: string, authorization: string | undefined = PASSPHRASE) =>
      app.inject({
        method: 'POST',
        url: `/api/${path}`,
        headers: { ...(authorization && { authorization }) },
      }),
    async passMs(ms: number) {
      nowMs += ms
      await registry.sweep()
    },
    [Symbol.asyncDispose]: () => app.close(),
  }
}
