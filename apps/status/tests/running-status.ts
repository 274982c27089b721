import { createLog } from '@shardlight/service'
import { readStatusConfig } from '../src/config.ts'
import { startStatus } from '../src/start-status.ts'

const TOKEN = 'the-token-of-all'

export type PushedState = number | { state: number; pingMs?: number; guilds?: number }

export type RunningStatus = AsyncDisposable & {
  url: string
  port: number
  /** One push of a process that holds all shards of the cluster, their states by shard id. */
  push(cluster: string, states: PushedState[]): Promise<void>
  /** The state of one shard; the others stay as they are. */
  pushOne(cluster: string, totalShards: number, id: number, state: number): Promise<void>
}

/** The whole status app on a port of its own, with its registry in memory. */
export async function startRunningStatus({
  clusters = ['main'],
  port = 0,
}: {
  clusters?: string[]
  port?: number
} = {}): Promise<RunningStatus> {
  const config = readStatusConfig({
    STATUS_PORT: String(port),
    STATUS_TOKENS: clusters.map(name => `${name}:${TOKEN}`).join(';'),
  })
  const status = await startStatus({ config, log: createLog({ name: 'test', level: 'silent' }) })
  const url = `http://127.0.0.1:${status.port}`

  async function send(cluster: string, totalShards: number, shards: { id: number; state: number }[]) {
    const answer = await fetch(`${url}/api/v2/clusters/${cluster}/shards`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ totalShards, process: { id: 'process-1', pid: 4711 }, shards }),
    })
    if (!answer.ok) throw new Error(`the push was answered ${answer.status}: ${await answer.text()}`)
  }

  return {
    url,
    port: status.port,
    push: (cluster, states) =>
      send(
        cluster,
        states.length,
        states.map((of, id) => ({ id, ...(typeof of === 'number' ? { state: of } : of) })),
      ),
    pushOne: (cluster, totalShards, id, state) => send(cluster, totalShards, [{ id, state }]),
    [Symbol.asyncDispose]: () => status[Symbol.asyncDispose](),
  }
}
