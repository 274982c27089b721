import { once } from 'node:events'
import { createServer } from 'node:http'
import { startOtlpReceiver } from '@shardlight/testing/otlp-receiver'

/**
 * Takes spans, and reads them only when it is asked how many there are: a collector reads them on another machine, and
 * not on the cores that are measured here.
 */
const kept: { headers: Record<string, string>; body: Buffer<ArrayBuffer> }[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers
  const headers = { 'content-type': type, ...(encoding !== undefined && { 'content-encoding': encoding }) }
  kept.push({ headers, body: Buffer.concat(chunks) })
  response.writeHead(200, { 'content-type': type }).end(type.startsWith('application/json') ? '{}' : '')
})
await once(server.listen(0, '127.0.0.1'), 'listening')

process.on('message', async () => {
  await using reader = await startOtlpReceiver()
  for (const request of kept) await fetch(`${reader.url}/v1/traces`, { method: 'POST', ...request })
  process.send?.({ spans: reader.spans().length })
})
process.on('disconnect', () => process.exit())
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
process.send?.({ url: `http://127.0.0.1:${address.port}` })
