import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { WebSocket } from 'ws'
import { SANDBOX_TOKEN } from '../../src/credentials.ts'

const SHARDS = 16
const EVENTS = 20_000
const REST_SECONDS = 4
const MAX_REFUSED = 0.1
const CONNECTIONS = 16
const GUILDS_AND_MESSAGES = (1 << 0) | (1 << 9)

export type Rates = { requestsPerSecond: number; dispatchesPerSecond: number }

/** Shards of a bot, connected to whatever speaks: `ready` once each has had all its guilds. */
export async function connectShards(
  port: number,
  shards: number,
): Promise<{ sockets: WebSocket[]; received(): number }> {
  let received = 0
  const sockets = await Promise.all(
    Array.from({ length: shards }, async (_, shardId) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/gateway?v=10&encoding=json`)
      await once(socket, 'open')
      socket.on('message', () => received++)
      const d = {
        token: SANDBOX_TOKEN,
        properties: {},
        intents: GUILDS_AND_MESSAGES,
        shard: [shardId, shards],
      }
      socket.send(JSON.stringify({ op: 2, d }))
      return socket
    }),
  )
  return { sockets, received: () => received }
}

export async function quiet(count: () => number): Promise<void> {
  for (let last = -1; last !== count(); ) {
    last = count()
    await new Promise(resolve => setTimeout(resolve, 300))
  }
}

/** Runs one of the servers beside this file and loads it in the same way as the other. */
export async function ratesOf(server: 'sandbox' | 'bare'): Promise<Rates> {
  const child = fork(join(import.meta.dirname, `${server}.ts`))
  try {
    const [{ port, channelIds }] = (await once(child, 'message')) as [{ port: number; channelIds: string[] }]
    const { sockets, received } = await connectShards(port, SHARDS)
    await quiet(received)
    const before = received()
    const since = performance.now()
    child.send(EVENTS)
    while (received() - before < EVENTS) await new Promise(setImmediate)
    const dispatchesPerSecond = (EVENTS / (performance.now() - since)) * 1_000
    for (const socket of sockets) socket.terminate()

    let turn = 0
    // Round the channels, so that none meets its own limit of five in five seconds.
    const nextChannel = () => channelIds[turn++ % channelIds.length]
    const { non2xx, requests } = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: CONNECTIONS,
      duration: REST_SECONDS,
      requests: [
        {
          method: 'POST',
          headers: { authorization: `Bot ${SANDBOX_TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({ content: 'x'.repeat(100) }),
          setupRequest: request => ({ ...request, path: `/api/v10/channels/${nextChannel()}/messages` }),
        },
      ],
    })
    if (non2xx > requests.total * MAX_REFUSED)
      throw new Error(`${non2xx} of ${requests.total} answers of ${server} were not 2xx`)
    return {
      requestsPerSecond: Math.round(requests.average),
      dispatchesPerSecond: Math.round(dispatchesPerSecond),
    }
  } finally {
    child.disconnect()
  }
}
