import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { fetchHelm, HOW_TO_GET_HELM } from '../src/helm/fetch-helm.ts'
import { NEEDED } from './deployments.ts'
import { CHART, type Chart, openChart } from './open-chart.ts'
import { podsOf } from './pods.ts'

const root = join(import.meta.dirname, '..', '..', '..')

const incoming = z.looseObject({
  ingress: z.array(z.looseObject({ from: z.array(z.unknown()) })).default([]),
})

/** A number of the source, as `STOP_TIMEOUT_MS = 20_000` or `graceMs: 5_000`. */
function secondsIn(file: string, name: string): number {
  const found = new RegExp(`${name}(?: =|:) ([\\d_]+)`).exec(readFileSync(join(root, file), 'utf8'))
  if (!found?.[1]) throw new Error(`${file} has no ${name}`)
  return Number(found[1].replaceAll('_', '')) / 1_000
}

describe.skipIf(isMissing((await fetchHelm()) !== undefined, HOW_TO_GET_HELM))('the chart', () => {
  let chart: Chart
  beforeAll(async () => {
    chart = await openChart()
  })
  afterAll(() => chart[Symbol.asyncDispose]())

  const podOf = async (component: string) => {
    const pods = podsOf(await chart.render(NEEDED))
    const pod = pods.find(({ owner }) => owner.metadata.name.endsWith(component))
    if (!pod) throw new Error(`there is no ${component}`)
    return pod
  }

  it('gives a manager twice the time that its drain may take, after which it can still be asked to stop', async () => {
    const { spec, container } = await podOf('manager')
    const patience = 'packages/cluster/src/supervision/patience.ts'
    const drain = secondsIn(patience, 'handOverMs') + secondsIn(patience, 'graceMs')
    const stop = secondsIn('apps/bot/src/manager.ts', 'STOP_TIMEOUT_MS')
    const [command, seconds, ...drainCommand] = z
      .looseObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) })
      .parse(container.lifecycle).preStop.exec.command
    expect([command, ...drainCommand]).toEqual([
      'timeout',
      'node',
      'apps/bot/src/cluster-command.ts',
      'drain',
    ])
    expect(readdirSync(join(root, 'apps/bot/src'))).toContain('cluster-command.ts')
    expect(Number(seconds)).toBeGreaterThan(drain)
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(2 * drain)
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + stop)
    const least = z
      .looseObject({
        properties: z.looseObject({
          manager: z.looseObject({
            properties: z.looseObject({
              terminationGracePeriodSeconds: z.looseObject({ minimum: z.int() }),
            }),
          }),
        }),
      })
      .parse(JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')))
    expect(least.properties.manager.properties.terminationGracePeriodSeconds.minimum).toBeGreaterThan(
      Number(seconds) + stop,
    )
  })

  it('gives the others longer than they take to stop', async () => {
    const stop = secondsIn('packages/service/src/run-process.ts', 'STOP_TIMEOUT_MS')
    expect((await podOf('status')).spec.terminationGracePeriodSeconds).toBeGreaterThan(stop + 5)
    expect((await podOf('ingester')).spec.terminationGracePeriodSeconds).toBeGreaterThan(stop)
  })

  it('lets each manager take its shards by its number, none waiting for another', async () => {
    const { one } = await chart.render(NEEDED, {
      cluster: { totalShards: 256 },
      manager: { replicas: 16 },
    })
    expect(one('StatefulSet', 'manager')['spec']).toMatchObject({
      replicas: 16,
      podManagementPolicy: 'Parallel',
      serviceName: 'bot-shardlight-manager',
    })
    expect(one('ConfigMap', 'manager')['data']).toMatchObject({
      SHARD_RANGE: 'ordinal',
      MANAGERS: '16',
      TOTAL_SHARDS: '256',
      STATUS_URL: 'http://bot-shardlight-status',
    })
    expect(one('PodDisruptionBudget', 'manager')['spec']).toMatchObject({ maxUnavailable: 1 })
  })

  it('lets one manager alone have all shards, as many as Discord recommends', async () => {
    const { one } = await chart.render(NEEDED)
    const data = one('ConfigMap', 'manager')['data']
    expect(data).toMatchObject({ TOTAL_SHARDS: 'auto' })
    expect(data).not.toHaveProperty('SHARD_RANGE')
  })

  it('leaves the page to viewers while it is replaced', async () => {
    const { one } = await chart.render(NEEDED)
    expect(one('Deployment', 'status')['spec']).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
    })
    expect(one('PodDisruptionBudget', 'status')['spec']).toMatchObject({ maxUnavailable: 1 })
  })

  it('lets nothing in and out of any pod but what a policy names, and only those that have to into the internet', async () => {
    const { objects } = await chart.render(NEEDED, {
      ingester: { mode: 'stream-to-kafka' },
      kafka: { brokers: ['kafka:9092'] },
    })
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy')
    const [all] = policies
    expect(all?.['spec']).toMatchObject({
      podSelector: {
        matchLabels: { 'app.kubernetes.io/name': 'shardlight', 'app.kubernetes.io/instance': 'bot' },
      },
      policyTypes: ['Ingress', 'Egress'],
    })
    const reaching = policies.filter(({ spec }) => JSON.stringify(spec).includes('0.0.0.0/0'))
    expect(reaching.map(({ metadata }) => metadata.name)).toEqual([
      'bot-shardlight-manager',
      'bot-shardlight-ingester',
    ])
    for (const { metadata, spec } of reaching)
      expect(JSON.stringify(spec), metadata.name).toContain('169.254.0.0/16')
    for (const { metadata, spec } of policies) {
      const { ingress } = incoming.parse(spec)
      for (const rule of ingress) expect(rule.from.length, metadata.name).toBeGreaterThan(0)
    }
  })

  it('hands the alerts of infra/prometheus on as they are', async () => {
    const folder = join(root, 'infra/prometheus/rules')
    expect(realpathSync(join(CHART, 'rules'))).toBe(realpathSync(folder))
    const { one } = await chart.render(NEEDED, { monitoring: { rules: true } })
    const files = readdirSync(folder)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files)
      expect(one('PrometheusRule', file.replace('.yml', ''))['spec']).toEqual(
        parse(readFileSync(join(folder, file), 'utf8')),
      )
  })
})
