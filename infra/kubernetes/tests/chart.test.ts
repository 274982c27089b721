import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '@shardlight/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchHelm, HOW_TO_GET_HELM } from '../src/helm/fetch-helm.ts'
import { problemsOf } from '../src/schemas/problems-of.ts'
import { DEPLOYMENTS, NEEDED } from './deployments.ts'
import { CHART, type Chart, openChart, type Rendered } from './open-chart.ts'
import { type Pod, podsOf } from './pods.ts'
import { danglingReferences } from './references.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const example = readFileSync(join(root, '.env.example'), 'utf8')
const knownVariables = new Set([...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name))
/** Node reads this one, before any program of ours. */
knownVariables.add('NODE_OPTIONS')
const isKnown = (name: string) => knownVariables.has(name) || knownVariables.has(name.replace(/_FILE$/, ''))

const mebibytes = (size = '') => Number.parseInt(size, 10) * (size.endsWith('Gi') ? 1024 : 1)

/** Of a manager: itself, its shard processes, and the successor of one. */
function processesOf({ variables, replicas = 1 }: Pod): number {
  const { TOTAL_SHARDS, SHARDS_PER_PROCESS } = variables
  if (SHARDS_PER_PROCESS === undefined) return 1
  // What Discord recommends is known to nobody here; the chart's own memory is for 16 shards.
  const shards = TOTAL_SHARDS === 'auto' ? 16 : Number(TOTAL_SHARDS)
  return 2 + Math.ceil(shards / replicas / Number(SHARDS_PER_PROCESS))
}

describe.skipIf(isMissing((await fetchHelm()) !== undefined, HOW_TO_GET_HELM))('the chart', () => {
  let chart: Chart
  beforeAll(async () => {
    chart = await openChart()
  })
  afterAll(() => chart[Symbol.asyncDispose]())

  it('passes the strict lint', async () => {
    await chart.helm.lint(CHART)
  })

  describe.each(DEPLOYMENTS)('with %s', (_, values) => {
    let rendered: Rendered
    beforeAll(async () => {
      rendered = await chart.render(...values)
    })

    it('is accepted by strict schemas, object by object', () => {
      const problems = rendered.objects.map(one => [one.kind, one.metadata.name, problemsOf(one)])
      expect(problems).toEqual(rendered.objects.map(one => [one.kind, one.metadata.name, []]))
    })

    it('names each object once, in the namespace and with the labels of the release', () => {
      const names = rendered.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      expect(new Set(names).size).toBe(names.length)
      for (const { kind, metadata } of rendered.objects) {
        expect(metadata.namespace, kind).toBe('bots')
        expect(metadata.labels, kind).toMatchObject({
          'app.kubernetes.io/name': 'shardlight',
          'app.kubernetes.io/instance': 'bot',
          'app.kubernetes.io/managed-by': 'Helm',
        })
      }
    })

    it('refers to nothing that is not there', () => {
      expect(danglingReferences(rendered)).toEqual([])
    })

    it('runs every pod with no more rights than it needs', () => {
      for (const { owner, spec, container } of podsOf(rendered)) {
        const { name } = owner.metadata
        expect(spec.automountServiceAccountToken, name).toBe(false)
        expect(spec.securityContext, name).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        })
        expect(container.securityContext, name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        expect(spec, name).not.toHaveProperty('hostNetwork')
      }
    })

    it('asks every process by its own probes, and bounds its memory', () => {
      for (const { container } of podsOf(rendered)) {
        const { startupProbe, livenessProbe, readinessProbe, resources } = container
        expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
          { path: '/livez', port: 'http' },
          { path: '/livez', port: 'http' },
          { path: '/readyz', port: 'http' },
        ])
        expect(resources.requests).toEqual({ cpu: expect.anything(), memory: expect.anything() })
        expect(resources.limits).toHaveProperty('memory')
        expect(container.image).toMatch(/^registry\.example\.org\/shardlight\/shardlight-\w+:\d+\.\d+\.\d+$/)
      }
    })

    it('gives the processes of a pod heaps that fit into its memory together', () => {
      for (const pod of podsOf(rendered)) {
        const heap = Number(/^--max-old-space-size=(\d+)$/.exec(pod.variables['NODE_OPTIONS'] ?? '')?.[1])
        const limit = mebibytes(pod.container.resources.limits['memory'])
        expect(heap * processesOf(pod), pod.owner.metadata.name).toBeLessThanOrEqual(limit * 0.75)
      }
    })

    it('sets variables that exist, listens on all addresses, and has no secret in any', () => {
      for (const { container, variables } of podsOf(rendered)) {
        expect(Object.keys(variables).filter(name => !isKnown(name))).toEqual([])
        const hosts = Object.entries(variables).filter(([name]) => name.endsWith('_HOST'))
        expect(hosts).toEqual([[expect.anything(), '0.0.0.0']])
        const port = Object.entries(variables).find(([name]) => name.endsWith('_PORT'))?.[1]
        expect(container.ports).toEqual([{ name: 'http', containerPort: Number(port) }])
        for (const name of Object.keys(variables))
          expect(name).not.toMatch(/(TOKENS?|PASSWORD|SECRET|WEBHOOKS|(DATABASE|REDIS)_URL)$/)
        expect(JSON.stringify(container.env)).not.toContain('secretKeyRef')
      }
    })
  })

  it('replaces pods when what they read at their start has changed, and no others', async () => {
    const annotationsWith = async (values: object) =>
      Object.fromEntries(
        podsOf(await chart.render(NEEDED, values)).map(({ owner, annotations }) => [
          owner.metadata.name.replace('bot-shardlight-', ''),
          JSON.stringify(annotations),
        ]),
      )
    const now = await annotationsWith({})
    const changedBy = async (values: object) => {
      const then = await annotationsWith(values)
      return Object.keys(now).filter(name => now[name] !== then[name])
    }
    expect(await changedBy({ status: { page: { name: 'Ours' } } })).toEqual(['status'])
    expect(await changedBy({ cluster: { identifySharePercent: 40 } })).toEqual(['manager'])
    expect((await changedBy({ secretsRevision: '2' })).sort()).toEqual(['ingester', 'manager', 'status'])
    // The processes see a changed file of flags by themselves.
    const [first, second] = [{ flags: { a: {} } }, { flags: { b: {} } }]
    expect((await annotationsWith(first))['manager']).toBe((await annotationsWith(second))['manager'])
  })
})
