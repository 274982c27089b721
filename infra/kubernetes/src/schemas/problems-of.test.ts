import { expect, it } from 'vitest'
import { problemsOf } from './problems-of.ts'

const deployment = (container: object = {}, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'page', labels: { any: 'label' } },
  spec: {
    selector: { matchLabels: { app: 'page' } },
    template: {
      metadata: { labels: { app: 'page' }, annotations: { 'example.org/free': 'text' } },
      spec: {
        containers: [
          {
            name: 'page',
            ports: [{ name: 'http', containerPort: 3000 }],
            resources: { limits: { memory: '1Gi' } },
            livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
            ...container,
          },
        ],
      },
    },
    ...spec,
  },
})

it('finds nothing wrong with a good object, whatever its labels, annotations and limits are called', () => {
  expect(problemsOf(deployment())).toEqual([])
})

it.each([
  [
    'a misspelt field',
    deployment({ livenesProbe: {} }),
    '/spec/template/spec/containers/0/livenesProbe: unknown field',
  ],
  [
    'a field where another belongs',
    deployment({ replicas: 2 }),
    '/spec/template/spec/containers/0/replicas: unknown field',
  ],
  ['a misspelt field near the top', { ...deployment(), spce: {} }, '/spce: unknown field'],
  ['a wrong type', deployment({}, { replicas: '2' }), '/spec/replicas: must be integer'],
  [
    'a wrong type in a list',
    deployment({ ports: [{ containerPort: 'http' }] }),
    '/spec/template/spec/containers/0/ports/0/containerPort: must be integer',
  ],
  ['what is missing', deployment({}, { selector: undefined }), 'selector'],
  ['what is missing in a list', deployment({ name: undefined }), 'name'],
  ['a kind that is not known', { apiVersion: 'apps/v1', kind: 'Deploymnet' }, 'no schema is known'],
  ['an old version', { ...deployment(), apiVersion: 'extensions/v1beta1' }, 'no schema is known'],
  ['no object', 'text', 'no apiVersion'],
])('finds %s', (_, object, problem) => {
  expect(problemsOf(object).join('\n')).toContain(problem)
})

it('is as strict with the objects of KEDA and of the operator of Prometheus', () => {
  const metadata = { name: 'page' }
  const scaled = (spec: object) => ({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata,
    spec: {
      scaleTargetRef: { name: 'page' },
      triggers: [{ type: 'kafka', metadata: { any: 'text' } }],
      ...spec,
    },
  })
  expect(problemsOf(scaled({}))).toEqual([])
  expect(problemsOf(scaled({ minReplicas: 1 }))).toEqual(['/spec/minReplicas: unknown field'])
  const monitor = (endpoint: object) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata,
    spec: { selector: {}, podMetricsEndpoints: [{ port: 'http', ...endpoint }] },
  })
  expect(problemsOf(monitor({}))).toEqual([])
  expect(problemsOf(monitor({ scrapeInterval: '15s' }))).toEqual([
    '/spec/podMetricsEndpoints/0/scrapeInterval: unknown field',
  ])
  expect(problemsOf(monitor({ interval: 15 })).join()).toContain('/spec/podMetricsEndpoints/0/interval')
})
