import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort, startGuarded } from '@shardlight/embedded'
import { eventually } from '@shardlight/testing'
import { z } from 'zod'
import { folder, readRuleFiles } from './read-rules.ts'
import { scaleTime } from './scale-time.ts'
import { scaledConfig } from './scaled-config.ts'

const target = z.object({
  labels: z.record(z.string(), z.string()),
  health: z.string(),
  lastError: z.string(),
})

const alert = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  state: z.enum(['pending', 'firing']),
  value: z.string(),
})

const metadata = z.record(z.string(), z.array(z.object({ type: z.string(), help: z.string() })))

/**
 * A real Prometheus with our configuration and rules, on a free port.
 * @param addresses of the hosts in `prometheus.yml`, such as `status:3000`, and of the sandbox
 * @param factor how many times faster time goes by in its configuration and rules
 */
export async function startPrometheus({
  addresses,
  factor,
}: {
  addresses: Record<string, string>
  factor: number
}) {
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'shardlight-prometheus-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const own = `127.0.0.1:${await findFreePort()}`
  const file = join(directory, 'prometheus.yml')
  await writeFile(file, await scaledConfig({ addresses: { ...addresses, '127.0.0.1:9090': own }, factor }))
  await mkdir(join(directory, 'rules'))
  for (const name of readRuleFiles().keys()) {
    const rules = await readFile(join(folder, 'rules', name), 'utf8')
    await writeFile(join(directory, 'rules', name), scaleTime(rules, factor))
  }

  const server = opened.use(
    startGuarded(
      [
        'prometheus',
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${own}`,
        '--log.level=warn',
      ],
      { signal: 'TERM' },
    ),
  )
  let complaint: string | undefined
  void server.ended.then(output => {
    complaint = output
  })
  await eventually(
    'Prometheus is ready',
    async () => complaint !== undefined || (await fetch(`http://${own}/-/ready`)).ok,
  )
  if (complaint !== undefined) throw new Error(`Prometheus ended: ${complaint}`)

  const ask = async <Data>(path: string, schema: z.ZodType<Data>): Promise<Data> => {
    const answer = await fetch(`http://${own}/api/v1/${path}`)
    return z.object({ data: schema }).parse(await answer.json()).data
  }
  const stack = opened.move()
  return {
    url: `http://${own}`,
    targets: async () =>
      (await ask('targets?state=active', z.object({ activeTargets: z.array(target) }))).activeTargets,
    alerts: async () => (await ask('alerts', z.object({ alerts: z.array(alert) }))).alerts,
    metadata: () => ask('metadata', metadata),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
