import { existsSync } from 'node:fs'
import { runProcess } from '@shardlight/service'
import { readLocalConfig } from './config.ts'
import { startLocal } from './start-local.ts'

runProcess('shardlight', async () => {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const local = await startLocal(readLocalConfig(process.env, process.argv.slice(2)), line =>
    console.log(line),
  )
  return {
    async [Symbol.asyncDispose]() {
      console.log('Stopping …')
      await local[Symbol.asyncDispose]()
      console.log('Stopped.')
    },
  }
})
