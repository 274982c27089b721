import { existsSync } from 'node:fs'
import { runProcess } from '@shardlight/service'
import { readLocalConfig } from './config.ts'
import { startLocal } from './start-local.ts'

/** Longer than any app may take. */
const STOP_TIMEOUT_MS = 30_000

runProcess(
  'shardlight',
  async ({ signal }) => {
    if (existsSync('.env')) process.loadEnvFile('.env')
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
