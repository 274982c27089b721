import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@shardlight/embedded'
import { isMissing, redisIsMissing, runProgram, startSandbox, testDatabase } from '@shardlight/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fetchHelm, HOW_TO_GET_HELM } from '../src/helm/fetch-helm.ts'
import { NEEDED } from './deployments.ts'
import { openChart, type Rendered } from './open-chart.ts'
import { podsOf } from './pods.ts'
import { type RunningPod, runAsPod } from './run-as-pod.ts'

const VALUES = {
  cluster: { totalShards: 4, shardsPerProcess: 2 },
  manager: { replicas: 2 },
  ingress: { enabled: true, host: 'status.example.org' },
  logLevel: 'warn',
}
const TOKEN = 'only-for-the-test-of-the-chart'

const processes = z.array(z.object({ shards: z.array(z.int()), state: z.string() }))
const paths = z.object({
  rules: z.tuple([
    z.object({
      http: z.object({
        paths: z.array(z.object({ path: z.string(), pathType: z.enum(['Exact', 'Prefix']) })),
      }),
    }),
  ]),
})

const helmIsMissing = isMissing((await fetchHelm()) !== undefined, HOW_TO_GET_HELM)

describe.skipIf(helmIsMissing || redisIsMissing())(
  'the programs as the chart runs them',
  { timeout: 180_000 },
  () => {
    let rendered: Rendered
    let startManager: (ordinal: number) => Promise<RunningPod>
    let managers: RunningPod[]
    let page: RunningPod
    let identifies: () => Promise<number>

    beforeAll(async () => {
      await using opened = new AsyncDisposableStack()
      const [chart, sandbox, database, redis, directory] = await Promise.all([
        openChart(),
        // All shards may log in at once: how they wait for one another is tested elsewhere.
        startSandbox({ guilds: 8, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }),
        testDatabase(),
        startRedis(),
        mkdtemp(join(tmpdir(), 'shardlight-pods-')),
      ])
      for (const one of [chart, sandbox, database, redis]) if (one) opened.use(one)
      opened.defer(() => rm(directory, { recursive: true }))
      if (!redis) throw new Error('Redis was there a moment ago')

      rendered = await chart.render(NEEDED, VALUES, { discord: { apiUrl: sandbox.apiUrl } })
      const podOf = (component: string) => {
        const pod = podsOf(rendered).find(({ owner }) => owner.metadata.name.endsWith(component))
        if (!pod) throw new Error(`there is no ${component}`)
        return pod
      }
      const secrets = join(directory, 'secrets')
      await mkdir(secrets)
      const files = {
        DATABASE_URL: database.url,
        DISCORD_TOKEN: sandbox.token,
        MANAGER_TOKEN: TOKEN,
        REDIS_URL: redis.url,
        STATUS_TOKEN: TOKEN,
        STATUS_TOKENS: `main:${TOKEN}`,
      }
      for (const [name, value] of Object.entries(files)) await writeFile(join(secrets, name), value)
      identifies = async () => (await sandbox.ledger()).identifies.total

      const where = { secrets, data: directory }
      page = opened.use(
        await runAsPod(podOf('status'), { ...where, file: 'apps/status/src/main.ts', more: {} }),
      )
      startManager = ordinal =>
        runAsPod(podOf('manager'), {
          ...where,
          file: 'apps/bot/src/manager.ts',
          data: join(directory, String(ordinal)),
          more: { POD_NAME: `bot-shardlight-manager-${ordinal}`, STATUS_URL: page.url },
        })
      managers = []
      for (const ordinal of [0, 1]) managers.push(opened.use(await startManager(ordinal)))
      const stack = opened.move()
      return () => stack.disposeAsync()
    }, 240_000)

    const shardsOf = async (manager: RunningPod | undefined) =>
      processes
        .parse(await (await fetch(`${manager?.url}/processes`)).json())
        .flatMap(({ shards, state }) => (state === 'ready' ? shards : []))

    it('share the shards by the numbers of their pods, and the page shows all', async () => {
      expect(await shardsOf(managers[0])).toEqual([0, 1])
      expect(await shardsOf(managers[1])).toEqual([2, 3])
      const snapshot = await (await fetch(`${page.url}/api/v2/clusters/main`)).json()
      expect(snapshot).toMatchObject({ totalShards: 4 })
    })

    it('hand their sessions over before they are asked to stop, and the next pod of that name logs in nowhere', async () => {
      const [, second] = managers
      if (!second) throw new Error('there is no second manager')
      const before = await identifies()
      const drain = runProgram('apps/bot/src/cluster-command.ts', second.environment, ['drain'])
      expect(await drain.exited, drain.output()).toBe(0)
      expect(await shardsOf(second)).toEqual([])
      second.program.child.kill('SIGTERM')
      expect(await second.program.exited, second.program.output()).toBe(0)
      await using successor = await startManager(1)
      expect(await shardsOf(successor)).toEqual([2, 3])
      expect(await identifies()).toBe(before)
    })

    it('show the public the page and all that it loads, and neither metrics nor reasons', async () => {
      const [{ http }] = paths.parse(rendered.one('Ingress', 'status')['spec']).rules
      const isPublic = (asked: string) =>
        http.paths.some(({ path, pathType }) =>
          pathType === 'Exact' ? asked === path : asked === path || asked.startsWith(`${path}/`),
        )
      const html = await (await fetch(page.url)).text()
      const loaded = [...html.matchAll(/(?:href|src|action)="(\/[^"?#]*)/g)].map(([, path = '']) => path)
      expect(loaded.length).toBeGreaterThan(3)
      const described = z
        .object({ paths: z.record(z.string(), z.unknown()) })
        .parse(await (await fetch(`${page.url}/openapi.json`)).json())
      const hidden = ['/livez', '/readyz', '/metrics']
      const asked = [...loaded, ...Object.keys(described.paths), '/', '/plain', '/g/1', '/api/v2/feed']
      expect(asked.filter(path => !isPublic(path) && !hidden.includes(path))).toEqual([])
      for (const path of [...hidden, '/metrics/', '/%6detrics', '//metrics'])
        expect(isPublic(path), path).toBe(false)
    })
  },
)
