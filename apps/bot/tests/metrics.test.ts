import { checkMetrics, readMetrics } from '@shardlight/service'
import { eventually, type Sandbox, startSandbox, testDatabase } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TargetGroup } from '../src/metrics-routes.ts'
import { prepareManagers, type RunningManager } from './managers.ts'

const SLOW = { withinMs: 60_000 }

describe('the metrics of a running system', { timeout: 120_000 }, () => {
  const scope = new AsyncDisposableStack()
  let sandbox: Sandbox
  let manager: RunningManager
  let statusUrl: string
  let pids: number[]

  beforeAll(async () => {
    sandbox = scope.use(await startSandbox({ guilds: 4, environment: { SANDBOX_MAX_CONCURRENCY: '16' } }))
    const databaseUrl = scope.use(await testDatabase()).url
    const managers = scope.use(await prepareManagers({ sandbox, databaseUrl, totalShards: 4 }))
    statusUrl = managers.status.url
    manager = await managers.start()
    pids = await manager.untilConnected()
  }, 120_000)
  afterAll(() => scope.disposeAsync())

  const textOf = async (url: string): Promise<string> => {
    const answer = await fetch(url)
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
    return await answer.text()
  }
  const targets = async () =>
    (await (await fetch(`${manager.url}/prometheus/targets`)).json()) as TargetGroup[]
  const urlOf = ({ targets: [address], labels }: TargetGroup) =>
    `http://${address}${labels['__metrics_path__']}`

  /** All series of a metric added up. */
  function sumOf(text: string, name: string, labels: Record<string, string> = {}): number {
    const samples = readMetrics(text).flatMap(metric => metric.samples)
    const found = samples.filter(
      one => one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text),
    )
    if (found.length === 0) throw new Error(`there is no ${name} ${JSON.stringify(labels)}`)
    return found.reduce((total, { value }) => total + value, 0)
  }
  const ofFleet = () => textOf(`${manager.url}/metrics/fleet`)
  const inFleet = async (name: string, labels?: Record<string, string>) =>
    sumOf(await ofFleet(), name, labels)
  const answers = (text: string) =>
    sumOf(text, 'shardlight_commands_total', { outcome: 'done', how: 'slash' })

  /** Somebody in each guild asks, so that every shard has something to answer. */
  async function askEverywhere(): Promise<void> {
    for (const { channels, memberIds } of (await sandbox.world()).guilds) {
      const channelId = channels.find(({ type }) => type === 0)?.id
      await sandbox.control('POST', '/sandbox/interactions', {
        userId: memberIds[0],
        channelId,
        command: 'countdown status',
      })
    }
  }

  it('are told to Prometheus, all from the address that it asked', async () => {
    const cluster = 'main'
    expect((await targets()).map(({ labels }) => labels)).toEqual([
      { __metrics_path__: '/metrics', cluster, app: 'manager' },
      { __metrics_path__: '/metrics/fleet', cluster, app: 'fleet' },
      { __metrics_path__: '/metrics/processes/0', cluster, app: 'shard-process', process: '0' },
      { __metrics_path__: '/metrics/processes/1', cluster, app: 'shard-process', process: '1' },
    ])
    for (const { targets: given } of await targets()) expect(given).toEqual([new URL(manager.url).host])
    expect((await fetch(`${manager.url}/metrics/processes/2`)).status).toBe(404)
  })

  it('have help, units and few labels in every process, and are in one place only', async () => {
    const texts = await Promise.all((await targets()).map(async group => textOf(urlOf(group))))
    const others = await Promise.all([statusUrl, sandbox.url].map(url => textOf(`${url}/metrics`)))
    expect([...texts, ...others].flatMap(text => checkMetrics(text))).toEqual([])

    const [ofManager = [], inSum = [], ...ofProcesses] = texts.map(text =>
      readMetrics(text).map(({ name }) => name),
    )
    expect(inSum).toContain('shardlight_commands_total')
    expect(ofProcesses.flat()).toContain('nodejs_eventloop_lag_p99_seconds')
    expect(ofProcesses.flat().filter(name => name.startsWith('shardlight_'))).toEqual([])
    expect(inSum.filter(name => !name.startsWith('shardlight_'))).toEqual([])
    // Connections of different processes.
    const inBoth = ofManager.filter(name => inSum.includes(name))
    expect(inBoth.every(name => name.startsWith('shardlight_database_'))).toBe(true)
  })

  it('never fall when a process is killed, and rise on with the next', async () => {
    const before = await targets()
    await askEverywhere()
    await eventually('all four are counted', async () => answers(await ofFleet()) === 4, SLOW)
    const [killed = 0] = pids
    const seen: { answers: number; connects: number }[] = []
    const isUp = async () => {
      const text = await ofFleet()
      seen.push({ answers: answers(text), connects: sumOf(text, 'shardlight_gateway_connects_total') })
      return (await fetch(urlOf(before[2] ?? { targets: [], labels: {} }))).ok
    }
    process.kill(killed, 'SIGKILL')
    await eventually('Prometheus is told that it is away', async () => !(await isUp()), {
      ...SLOW,
      everyMs: 20,
    })
    await eventually('another answers for it', isUp, { ...SLOW, everyMs: 200 })
    const now = await manager.untilConnected()
    expect(now[0]).not.toBe(killed)

    await askEverywhere()
    await eventually(
      'all eight are counted',
      async () => {
        await isUp()
        return seen.at(-1)?.answers === 8
      },
      SLOW,
    )
    for (const counter of ['answers', 'connects'] as const) {
      const values = seen.map(one => one[counter])
      expect(values).toEqual(values.toSorted((a, b) => a - b))
    }
    expect(await targets()).toEqual(before)
    await eventually(
      'its shards are told to have resumed',
      async () => (await inFleet('shardlight_gateway_connects_total', { how: 'resume' })) === 2,
      SLOW,
    )
    expect(await inFleet('shardlight_gateway_connects_total', { how: 'identify' })).toBe(4)
    const text = await textOf(`${manager.url}/metrics`)
    expect(sumOf(text, 'shardlight_cluster_process_restarts_total', { process: '0' })).toBeGreaterThan(0)
    expect(sumOf(text, 'shardlight_cluster_gap_seconds_count', { cause: 'lost' })).toBe(1)
    expect(sumOf(text, 'shardlight_cluster_identifies_total')).toBe(4)
    expect(sumOf(text, 'shardlight_event_log_waiting_events')).toBeLessThan(10)
    expect(sumOf(text, 'shardlight_cluster_owned_shards', { state: 'connected' })).toBe(4)
    expect(sumOf(text, 'shardlight_cluster_process_memory_bytes', { process: '0' })).toBeGreaterThan(1e6)
  })
})
