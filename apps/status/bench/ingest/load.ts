import autocannon from 'autocannon'
import { z } from 'zod'
import { pushSteadily } from './push-steadily.ts'

/** The load, in a process of its own: pushes, and tells the rate over IPC. */
const orders = z.object({
  url: z.string(),
  token: z.string(),
  warmUpSeconds: z.number(),
  seconds: z.number(),
  connections: z.number(),
  pushesPerSecond: z.number().optional(),
  totalShards: z.number(),
  shardsPerPush: z.number(),
})

const PATH = '/api/v2/clusters/main/shards'
const STATES = [3, 6]

/** Every round sets another state than the one before, so that each push has news for the viewers. */
function bodiesOf({ totalShards, shardsPerPush }: z.infer<typeof orders>): string[] {
  const pushes = (totalShards / shardsPerPush) * STATES.length
  return Array.from({ length: pushes }, (_, at) => {
    const first = (at * shardsPerPush) % totalShards
    const round = Math.floor((at * shardsPerPush) / totalShards)
    return JSON.stringify({
      totalShards,
      process: { id: `p${first / shardsPerPush}` },
      shards: Array.from({ length: shardsPerPush }, (_, offset) => ({
        id: first + offset,
        state: STATES[(round + offset) % STATES.length],
        pingMs: 41,
        guilds: 1_000,
      })),
    })
  })
}

process.on('message', async given => {
  const order = orders.parse(given)
  const requests = bodiesOf(order).map(body => ({
    method: 'POST' as const,
    path: PATH,
    headers: { authorization: `Bearer ${order.token}`, 'content-type': 'application/json' },
    body,
  }))
  const processes = order.totalShards / order.shardsPerPush
  const fire = (duration: number) => {
    let opened = 0
    return autocannon({
      url: order.url,
      connections: order.connections,
      duration,
      requests: requests.slice(0, 1),
      // Each connection speaks for processes of its own, as shard processes do.
      setupClient(client) {
        const turn = opened % Math.min(order.connections, processes)
        opened += 1
        client.setRequests(requests.filter((_, at) => (at % processes) % order.connections === turn))
      },
    })
  }
  await fire(order.warmUpSeconds)
  process.send?.({ isWarm: true })
  if (order.pushesPerSecond !== undefined) {
    const { url, token, connections, pushesPerSecond: perSecond, seconds } = order
    const bodies = requests.map(({ body }) => body)
    process.send?.(
      await pushSteadily({ url: `${url}${PATH}`, token, connections, perSecond, seconds, bodies }),
    )
    return
  }
  const result = await fire(order.seconds)
  process.send?.({
    perSecond: result['2xx'] / result.duration,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors,
  })
})
process.on('disconnect', () => process.exit())
