import { once } from 'node:events'
import { eventually } from '@shardlight/testing'
import { WebSocket } from 'ws'
import { z } from 'zod'

const helloSchema = z.object({
  op: z.literal('hello'),
  payload: z.record(z.string(), z.looseObject({ len: z.number() })),
})
const shardSchema = z.strictObject({ state: z.int(), last_healthy: z.number() })
const updateSchema = z.strictObject({
  op: z.literal('state_update'),
  payload: z.strictObject({ cluster: z.string(), shard: z.int(), state: z.int() }),
})
const pingSchema = z.strictObject({
  op: z.literal('health_ping'),
  payload: z.strictObject({ cluster: z.string(), shard: z.int(), state: z.int().optional() }),
})
const frameSchema = z.discriminatedUnion('op', [helloSchema, updateSchema, pingSchema])

/**
 * What the script of Glance's own page does with the feed: one cell a shard, made by the one hello, and coloured by
 * what follows. It has no reconnect, it fails at a second hello and at a shard that it has no cell for, and its guild
 * finder fails at a cluster without shards; each of these is an error here.
 */
export async function openGlancePage(host: string, { origin = `http://${host}` }: { origin?: string } = {}) {
  const socket = new WebSocket(`ws://${host}/api/feed`, { headers: { origin } })
  let cells: Map<string, number[]> | undefined
  const errors: string[] = []
  let pulses = 0
  let connection = 'loading'

  function hello({ payload }: z.infer<typeof helloSchema>): void {
    if (cells) throw new Error('a second hello')
    cells = new Map()
    for (const [cluster, { len, ...shards }] of Object.entries(payload)) {
      if (len === 0) throw new Error(`${cluster} has no shards`)
      const states = Array.from({ length: len }, () => 0)
      for (const [id, shard] of Object.entries(shards)) states[Number(id)] = shardSchema.parse(shard).state
      if (states.length > len) throw new Error(`${cluster} has more shards than len`)
      cells.set(cluster, states)
    }
  }

  function colour({ cluster, shard, state }: z.infer<typeof pingSchema>['payload']): void {
    const states = cells?.get(cluster)
    if (states?.[shard] === undefined) throw new Error(`there is no cell for ${cluster}/${shard}`)
    if (state !== undefined) states[shard] = state
  }

  socket.on('message', (data, isBinary) => {
    try {
      if (isBinary) throw new Error('a binary frame')
      const frame = frameSchema.parse(JSON.parse(String(data)))
      if (frame.op === 'hello') hello(frame)
      else colour(frame.payload)
      if (frame.op === 'health_ping') pulses += 1
    } catch (error) {
      errors.push(String(error))
    }
  })
  socket.on('close', () => {
    connection = 'disconnected, reload.'
  })
  await once(socket, 'open')
  connection = 'connected'
  await eventually('the page has cells', () => cells !== undefined || errors.length > 0)

  return {
    socket,
    errors,
    get connection() {
      return connection
    },
    get pulses() {
      return pulses
    },
    clusters: () => [...(cells?.keys() ?? [])],
    states: (cluster: string) => cells?.get(cluster) ?? [],
    [Symbol.dispose]: () => socket.terminate(),
  }
}
