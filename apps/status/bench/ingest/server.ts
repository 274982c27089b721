import { createLog } from '@shardlight/service'
import { fastify } from 'fastify'
import { readStatusConfig } from '../../src/config.ts'
import { startStatus } from '../../src/start-status.ts'
import { tellUsage } from './tell-usage.ts'

/** The server under load, in a process of its own: tells its port over IPC, ends with the channel. */
async function startBare(): Promise<number> {
  const app = fastify({ forceCloseConnections: true })
  app.post('/api/v2/clusters/:cluster/shards', async (_, reply) => reply.code(204).send())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function startReal(): Promise<number> {
  const log = createLog({ name: 'status', level: 'error' })
  const { port } = await startStatus({ config: readStatusConfig(process.env), log })
  return port
}

tellUsage()
process.send?.({ port: await (process.env['BENCH_BARE'] ? startBare() : startReal()) })
