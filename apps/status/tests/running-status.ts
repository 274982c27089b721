import { createLog } from '@shardlight/service'
import type { PushedNotice, PushedShard } from '@shardlight/shard-registry'
import { readStatusConfig } from '../src/config.ts'
import { startStatus } from '../src/start-status.ts'

const TOKEN = 'the-token-of-all'
const process = { id: 'process-1', pid: 4711 }

export type PushedState = number | ({ state: number } & Omit<PushedShard, 'id' | 'state'>)

export type RunningStatus = AsyncDisposable & {
  url: string
  port: number
  /** One push of a process that holds all shards of the cluster, their states by shard id. */
  push(
    cluster: string,
    states: PushedState[],
    more?: { generation?: number; isComing?: boolean },
  ): Promise<void>
  /** All that the manager has to tell of the cluster. */
  tell(cluster: string, ...notices: PushedNotice[]): Promise<void>
  /** The state of one shard; the others stay as they are. */
  pushOne(cluster: string, totalShards: number, id: number, state: number): Promise<void>
}

/** The whole status app on a port of its own, with its registry in memory. */
export async function startRunningStatus({
  clusters = ['main'],
  port = 0,
  environment = {},
}: {
  clusters?: string[]
  port?: number
  /** What else is configured. */
  environment?: Record<string, string>
} = {}): Promise<RunningStatus> {
  const config = readStatusConfig({
    STATUS_PORT: String(port),
    STATUS_TOKENS: clusters.map(name => `${name}:${TOKEN}`).join(';'),
    ...environment,
  })
  const status = await startStatus({ config, log: createLog({ name: 'test', level: 'silent' }) })
  const url = `http://127.0.0.1:${status.port}`

  async function send(method: string, path: string, body: unknown) {
    const answer = await fetch(`${url}/api/v2/clusters/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`the push was answered ${answer.status}: ${await answer.text()}`)
  }

  return {
    url,
    port: status.port,
    push: (cluster, states, more = {}) =>
      send('POST', `${cluster}/shards`, {
        ...more,
        totalShards: states.length,
        process,
        shards: states.map((of, id) => ({ id, ...(typeof of === 'number' ? { state: of } : of) })),
      }),
    pushOne: (cluster, totalShards, id, state) =>
      send('POST', `${cluster}/shards`, { totalShards, process, shards: [{ id, state }] }),
    tell: (cluster, ...notices) => send('PUT', `${cluster}/notices`, { source: 'manager', notices }),
    [Symbol.asyncDispose]: () => status[Symbol.asyncDispose](),
  }
}
