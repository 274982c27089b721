import { fastify } from 'fastify'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { tellUsage } from '../ingest/tell-usage.ts'

/** What Glance does: each event of each push is a message of its own to each viewer. */
const pushed = z.object({ shards: z.array(z.object({ id: z.number(), state: z.number() })) })

const app = fastify({ forceCloseConnections: true, bodyLimit: 4 * 1024 * 1024 })
const viewers = new WebSocketServer({ server: app.server, perMessageDeflate: false })
const states = new Map<number, number>()

viewers.on('connection', socket => {
  const hello = Object.fromEntries(
    [...states].map(([id, state]) => [id, { state, last_healthy: Date.now() }]),
  )
  socket.send(JSON.stringify({ op: 'hello', payload: { main: { len: states.size, ...hello } } }))
})

app.post('/api/v2/clusters/:cluster/shards', async ({ body }, reply) => {
  for (const { id, state } of pushed.parse(body).shards) {
    const op = states.get(id) === state ? 'health_ping' : 'state_update'
    states.set(id, state)
    const message = JSON.stringify({ op, payload: { cluster: 'main', shard: id, state } })
    for (const viewer of viewers.clients) viewer.send(message)
  }
  return reply.code(204).send()
})

await app.listen({ host: '127.0.0.1', port: 0 })
const address = app.server.address()
tellUsage()
process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
