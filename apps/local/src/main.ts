import { readEnvFile, runProcess } from '@shardlight/service'
import { readLocalConfig } from './config.ts'
import { startLocal } from './start-local.ts'

/** Longer than any app may take. */
const STOP_TIMEOUT_MS = 30_000

runProcess(
  'shardlight',
  async ({ signal }) => {
    Object.assign(process.env, readEnvFile('.', process.env))
    const config = readLocalConfig(process.env, process.argv.slice(2))
    const local = await startLocal({ config, say: line => console.log(line), signal })
    return {
      async [Symbol.asyncDispose]() {
        console.log('Stopping …')
        await local[Symbol.asyncDispose]()
        console.log('Stopped.')
      },
    }
  },
  { stopTimeoutMs: STOP_TIMEOUT_MS },
)
