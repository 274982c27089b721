import { createLog, readConfig, runProcess } from '@shardlight/service'
import { sandboxVariables } from './config.ts'
import { startSandbox } from './sandbox.ts'

runProcess('sandbox', async () => {
  const config = readConfig(sandboxVariables, process.env)
  const log = createLog({ name: 'sandbox', level: config.LOG_LEVEL, secrets: [config.SANDBOX_TOKEN] })
  const sandbox = await startSandbox({
    host: config.SANDBOX_HOST,
    port: config.SANDBOX_PORT,
    token: config.SANDBOX_TOKEN,
    changesPerSecond: config.SANDBOX_CHANGES_PER_SECOND,
    guilds: config.SANDBOX_GUILDS,
    isOpen: config.SANDBOX_OPEN,
    settings: { maxConcurrency: config.SANDBOX_MAX_CONCURRENCY },
    log,
    ...(config.SANDBOX_FILE !== undefined && { file: config.SANDBOX_FILE }),
  })
  log.info({ url: sandbox.url, guilds: sandbox.core.world.guilds.size }, 'the sandbox is ready')
  return sandbox
})
