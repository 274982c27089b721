import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createLog, createMetrics, startHttp } from '@shardlight/service'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const probe = (port: number) => run(process.execPath, [join(import.meta.dirname, 'probe.ts'), String(port)])

it('succeeds where an app is ready, and else fails with what it says or why it says nothing', async () => {
  let isReady = true
  const server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    variable: 'none',
    metrics: createMetrics(),
    log: createLog({ name: 'test', level: 'silent' }),
    checks: {
      async database() {
        if (!isReady) throw new Error('away')
      },
    },
  })
  expect((await probe(server.port)).stdout).toContain('"ready":true')
  isReady = false
  await expect(probe(server.port)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('"database":"away"'),
  })
  await server[Symbol.asyncDispose]()
  await expect(probe(server.port)).rejects.toMatchObject({ code: 1 })
})
