import { isMissing } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchHelm, HOW_TO_GET_HELM } from '../src/helm/fetch-helm.ts'
import { KUBE_VERSIONS } from '../src/helm/start-helm.ts'
import { NEEDED } from './deployments.ts'
import { CHART, type Chart, openChart } from './open-chart.ts'

describe.skipIf(isMissing((await fetchHelm()) !== undefined, HOW_TO_GET_HELM))('values', () => {
  let chart: Chart
  beforeAll(async () => {
    chart = await openChart()
  })
  afterAll(() => chart[Symbol.asyncDispose]())

  it.each([
    [
      'a misspelt value',
      { manager: { replica: 2 } },
      "at '/manager': additional properties 'replica' not allowed",
    ],
    ['a misspelt part', { ingres: { enabled: true } }, "additional properties 'ingres' not allowed"],
    ['a misspelt limit', { status: { resources: { limits: { mem: '1Gi' } } } }, "'mem' not allowed"],
    ['a wrong type', { status: { replicas: '2' } }, "at '/status/replicas': got string, want integer"],
    ['no memory limit', { status: { resources: { limits: { memory: null } } } }, "missing property 'memory'"],
    ['too many shards', { cluster: { totalShards: 100_001 } }, "at '/cluster/totalShards'"],
    ['a mode that is not there', { ingester: { mode: 'kafka' } }, "at '/ingester/mode'"],
    ['a broker without its port', { kafka: { brokers: ['kafka'] } }, "at '/kafka/brokers/0'"],
    ['less time than a drain needs', { manager: { terminationGracePeriodSeconds: 20 } }, 'minimum: got 20'],
    ['a variable in small letters', { env: { log_level: 'debug' } }, "'log_level' does not match"],
    [
      'a variable that has a value',
      { env: { TOTAL_SHARDS: '2' } },
      'env.TOTAL_SHARDS: the chart sets it itself',
    ],
    [
      'several managers of no one knows how many shards',
      { manager: { replicas: 2 } },
      'manager.replicas is 2: set cluster.totalShards to a number',
    ],
    [
      'more managers than shards',
      { manager: { replicas: 5 }, cluster: { totalShards: 4 } },
      '5 managers cannot share 4 shards: set manager.replicas to 4 at most',
    ],
    [
      'several managers without Redis',
      { manager: { replicas: 2 }, cluster: { totalShards: 4 }, redis: { existingSecret: '' } },
      'manager.replicas is 2: set redis.existingSecret',
    ],
    [
      'several replicas of the page without Redis',
      { redis: { existingSecret: '' } },
      'status.replicas is 2: set redis.existingSecret',
    ],
    ['no contact for Wikimedia', { ingester: { contact: '' } }, 'set ingester.contact'],
    ['Kafka without brokers', { ingester: { mode: 'stream-to-kafka' } }, 'set kafka.brokers'],
    ['an ingress without a name', { ingress: { enabled: true } }, 'set ingress.host'],
    [
      'fewer consumers at most than at least',
      { consumers: { keda: { minReplicas: 5, maxReplicas: 2 } } },
      'consumers.keda.maxReplicas is 2, less than minReplicas 5',
    ],
  ])('are refused with %s, saying so', async (_, values, message) => {
    await expect(chart.render(NEEDED, values)).rejects.toThrow(message)
  })

  it('reach the programs as they were written, also large numbers', async () => {
    const rendered = await chart.render(NEEDED, {
      status: { limits: { viewers: 1_000_000 } },
      ingester: { mode: 'stream-to-kafka' },
      kafka: { brokers: ['kafka:9092'] },
      consumers: { keda: { enabled: true, lagThreshold: 1_000_000 } },
      env: { OTEL_BSP_MAX_QUEUE_SIZE: 12_345_678, OTEL_TRACES_SAMPLER_ARG: 0.25, OTEL_SDK_DISABLED: true },
    })
    expect(rendered.one('ConfigMap', 'status')['data']).toMatchObject({
      STATUS_VIEWERS: '1000000',
      STATUS_PORT: '3000',
      OTEL_BSP_MAX_QUEUE_SIZE: '12345678',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_SDK_DISABLED: 'true',
    })
    expect(rendered.one('ScaledObject', 'consumer')['spec']).toMatchObject({
      triggers: [{ metadata: { lagThreshold: '1000000' } }],
    })
  })

  it('that are needed are all named at once where they are missing', async () => {
    const refused = await chart.render({}).catch(error => String(error))
    for (const name of ['image.registry', 'discord.', 'database.', 'manager.', 'status.'])
      expect(refused).toContain(name)
  })

  it('cannot be had for a Kubernetes that is too old, and make no other objects for a newer one', async () => {
    const [oldest, newest] = await Promise.all(
      KUBE_VERSIONS.map(kubeVersion => chart.helm.template({ chart: CHART, values: [NEEDED], kubeVersion })),
    )
    expect(oldest).toBe(newest)
    await expect(
      chart.helm.template({ chart: CHART, values: [NEEDED], kubeVersion: '1.29.9' }),
    ).rejects.toThrow('chart requires kubeVersion: >=1.30.0-0')
  })
})
