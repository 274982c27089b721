import { z } from 'zod'
import type { KubeObject, Rendered } from './open-chart.ts'

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  periodSeconds: z.int(),
  timeoutSeconds: z.int(),
  failureThreshold: z.int(),
})

const amounts = z.record(z.string(), z.string())

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  securityContext: z.unknown().optional(),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
  envFrom: z.array(z.strictObject({ configMapRef: z.strictObject({ name: z.string() }) })),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
  resources: z.strictObject({ requests: amounts, limits: amounts }),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.unknown().optional(),
})

const secretItems = z.array(
  z.strictObject({
    secret: z.strictObject({
      name: z.string(),
      items: z.array(z.strictObject({ key: z.string(), path: z.string() })),
    }),
  }),
)

const podSpec = z.looseObject({
  automountServiceAccountToken: z.boolean(),
  serviceAccountName: z.string(),
  securityContext: z.looseObject({}),
  terminationGracePeriodSeconds: z.int(),
  containers: z.tuple([container]),
  volumes: z.array(
    z.looseObject({ name: z.string(), projected: z.looseObject({ sources: secretItems }).optional() }),
  ),
})

const workload = z.looseObject({
  replicas: z.int().optional(),
  selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
  template: z.looseObject({
    metadata: z.looseObject({
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
    }),
    spec: podSpec,
  }),
  volumeClaimTemplates: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })).default([]),
})

export type Pod = {
  owner: KubeObject
  replicas: number | undefined
  selector: Record<string, string>
  labels: Record<string, string>
  annotations: Record<string, string>
  spec: z.infer<typeof podSpec>
  container: z.infer<typeof container>
  claims: string[]
  /** From its ConfigMap, then its own. */
  variables: Record<string, string>
}

const data = z.record(z.string(), z.string())

/** The pods of all Deployments and StatefulSets, each with the variables that its container finds. */
export function podsOf({ objects, one }: Rendered): Pod[] {
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(owner => {
      const { replicas, selector, template, volumeClaimTemplates } = workload.parse(owner['spec'])
      const [only] = template.spec.containers
      const configs = only.envFrom.map(({ configMapRef: { name } }) => {
        const config = one('ConfigMap', name.replace('bot-shardlight-', ''))
        return data.parse(config['data'])
      })
      const own = Object.fromEntries(only.env.map(({ name, value = '' }) => [name, value]))
      return {
        owner,
        replicas,
        selector: selector.matchLabels,
        labels: template.metadata.labels,
        annotations: template.metadata.annotations,
        spec: template.spec,
        container: only,
        claims: volumeClaimTemplates.map(({ metadata }) => metadata.name),
        variables: Object.assign({}, ...configs, own),
      }
    })
}
