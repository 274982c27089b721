import { createLog, runProcess } from '@shardlight/service'
import { readStatusConfig } from './config.ts'
import { startStatus } from './start-status.ts'

runProcess('status', async () => {
  const config = readStatusConfig(process.env)
  const secrets = [
    config.glancePassphrase,
    config.redisUrl,
    config.databaseUrl,
    ...config.webhooks.flatMap(({ url, secrets }) => [url, ...secrets]),
  ]
  const log = createLog({ name: 'status', level: config.logLevel, secrets })
  return startStatus({ config, log })
})
