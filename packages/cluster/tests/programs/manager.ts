import { join } from 'node:path'
import { createLog, runProcess } from '@shardlight/service'
import { startCluster } from '../../src/index.ts'

/** A manager as its own process, for tests that kill it; tells its shard processes' pids when asked. */
runProcess('example manager', async () => {
  const { DISCORD_API_URL = '', DISCORD_TOKEN = '', PATH, MISDEEDS } = process.env
  const cluster = await startCluster({
    file: join(import.meta.dirname, 'shard-process.ts'),
    token: DISCORD_TOKEN,
    apiUrl: DISCORD_API_URL,
    totalShards: 4,
    shardsPerProcess: 2,
    environment: { PATH, DISCORD_API_URL, MISDEEDS },
    events: { onLost: () => {}, onFatal: () => {} },
    log: createLog({ name: 'manager', level: 'silent' }),
  })
  const timer = setInterval(() => process.send?.(cluster.processes()), 100)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await cluster[Symbol.asyncDispose]()
    },
  }
})
