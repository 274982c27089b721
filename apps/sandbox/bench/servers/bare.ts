import { fastify } from 'fastify'
import { WebSocketServer } from 'ws'

const BATCH = 200
const FRAME_BYTES = 900

const answer = { id: '1', content: 'x'.repeat(100), more: 'x'.repeat(700) }
const app = fastify()
app.post('/api/v10/channels/:channelId/messages', async () => answer)
await app.listen({ host: '127.0.0.1', port: 0 })
const sockets = new WebSocketServer({ server: app.server, perMessageDeflate: false }).clients
const frame = 'x'.repeat(FRAME_BYTES)

async function send(count: number): Promise<void> {
  const all = [...sockets]
  for (let sent = 0; sent < count; sent++) {
    all[sent % all.length]?.send(frame)
    if (sent % BATCH === 0) await new Promise(setImmediate)
  }
}

process.on('message', (count: number) => void send(count))
process.on('disconnect', () => process.exit())
const address = app.server.address()
process.send?.({ port: typeof address === 'object' ? address?.port : 0, channelIds: ['1'] })
