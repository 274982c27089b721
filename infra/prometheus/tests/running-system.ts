import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '@shardlight/embedded'
import { eventually, runProgram } from '@shardlight/testing'
import { z } from 'zod'
import { repository } from '../src/read-runbooks.ts'

const processes = z.array(z.object({ id: z.int(), pid: z.int().nullable(), state: z.string() }))

/** What `npm start` runs, on free ports and in a data directory of its own, ready. */
export async function startSystem() {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-watched-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const ports = {
    STATUS_PORT: await findFreePort(),
    SANDBOX_PORT: await findFreePort(),
    MANAGER_PORT: await findFreePort(),
    INGESTER_PORT: await findFreePort(),
  }
  const program = opened.use(
    runProgram('apps/local/src/main.ts', {
      DATA_DIR: directory,
      // Their metrics are there only where there are such; a webhook may be down.
      STATUS_WEBHOOKS: 'team=http://127.0.0.1:9/hook',
      FLAGS_FILE: join(repository, 'infra/docker/flags/flags.json'),
      STATUS_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    }),
  )
  await eventually(
    'the system is ready',
    () => program.child.exitCode !== null || program.output().includes('Ctrl-C stops everything'),
    { withinMs: 120_000 },
  )
  if (program.child.exitCode !== null) throw new Error(`the system did not start:\n${program.output()}`)
  const at = (port: number) => `127.0.0.1:${port}`
  const stack = opened.move()
  return {
    /** By the hosts of `prometheus.yml`. */
    addresses: {
      'manager:3200': at(ports.MANAGER_PORT),
      'status:3000': at(ports.STATUS_PORT),
      'ingester:3300': at(ports.INGESTER_PORT),
      sandbox: at(ports.SANDBOX_PORT),
    },
    processes: async () =>
      processes.parse(await (await fetch(`http://${at(ports.MANAGER_PORT)}/processes`)).json()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
