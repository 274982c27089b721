import { runProcess } from '@shardlight/service'
import { startExampleCluster } from '../running-cluster.ts'

/** A manager as its own process, for tests that kill it; tells its shard processes ten times a second. */
runProcess('example manager', async () => {
  const {
    DISCORD_API_URL = '',
    DISCORD_TOKEN = '',
    MISDEEDS,
    SESSIONS = '',
    TOTAL_SHARDS = '4',
  } = process.env
  const cluster = await startExampleCluster({
    sandbox: { apiUrl: DISCORD_API_URL, token: DISCORD_TOKEN },
    sessions: SESSIONS,
    environment: { MISDEEDS },
    totalShards: Number(TOTAL_SHARDS),
  })
  const timer = setInterval(() => process.send?.(cluster.processes()), 100)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await cluster[Symbol.asyncDispose]()
    },
  }
})
