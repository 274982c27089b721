import { z } from 'zod'
import type { Rendered } from './open-chart.ts'
import { podsOf } from './pods.ts'

type Labels = Record<string, string>

const matches = (selector: Labels, labels: Labels) =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)

const labelSelector = z.looseObject({ matchLabels: z.record(z.string(), z.string()) })
const ports = z.array(z.looseObject({ port: z.union([z.string(), z.int()]) }))
const service = z.looseObject({
  selector: z.record(z.string(), z.string()),
  ports: z.array(z.looseObject({ name: z.string(), port: z.int(), targetPort: z.string() })),
})
const policy = z.looseObject({
  podSelector: labelSelector,
  ingress: z.array(z.looseObject({ ports })).default([]),
})
const path = z.looseObject({
  backend: z.looseObject({
    service: z.looseObject({ name: z.string(), port: z.looseObject({ name: z.string() }) }),
  }),
})
const ingress = z.looseObject({
  rules: z.array(z.looseObject({ http: z.looseObject({ paths: z.array(path) }) })),
})
const scaled = z.looseObject({ scaleTargetRef: z.strictObject({ name: z.string() }) })
const scrape = z.looseObject({ httpSDConfigs: z.array(z.looseObject({ url: z.string() })) })

/** What names something that is not there: a pod, a port, a volume, a ConfigMap, an account, a Service. */
export function danglingReferences(rendered: Rendered): string[] {
  const { objects } = rendered
  const pods = podsOf(rendered)
  const has = (kind: string, name: string) =>
    objects.some(one => one.kind === kind && one.metadata.name === name)
  const problems: string[] = []
  const check = (isThere: boolean, problem: string) => {
    if (!isThere) problems.push(problem)
  }
  const selects = (selector: Labels) => pods.filter(({ labels }) => matches(selector, labels))

  for (const { owner, selector, labels, spec, container, claims } of pods) {
    const { name } = owner.metadata
    check(matches(selector, labels), `${name} does not select its own pods`)
    check(selects(selector).length === 1, `${name} selects the pods of others`)
    check(has('ServiceAccount', spec.serviceAccountName), `${name}: no account ${spec.serviceAccountName}`)
    const volumes = [...spec.volumes.map(volume => volume.name), ...claims]
    for (const mount of container.volumeMounts)
      check(volumes.includes(mount.name), `${name}: no volume ${mount.name}`)
    for (const volume of volumes)
      check(
        container.volumeMounts.some(mount => mount.name === volume),
        `${name}: ${volume} is not mounted`,
      )
    const paths = spec.volumes.flatMap(({ projected }) => projected?.sources ?? [])
    const files = paths.flatMap(({ secret }) => secret.items.map(item => `/secrets/${item.path}`))
    for (const { name: variable, value = '' } of container.env)
      if (variable.endsWith('_FILE')) check(files.includes(value), `${name}: ${variable} has no file`)
    if (owner.kind === 'StatefulSet')
      check(has('Service', String(Reflect.get(Object(owner['spec']), 'serviceName'))), `${name}: no service`)
  }

  for (const { kind, metadata, spec } of objects) {
    const where = `${kind} ${metadata.name}`
    if (kind === 'Service') {
      const { selector, ports: offered } = service.parse(spec)
      check(selects(selector).length === 1, `${where} is for ${selects(selector).length} kinds of pods`)
      for (const { targetPort } of offered)
        for (const { container } of selects(selector))
          check(
            container.ports.some(port => port.name === targetPort),
            `${where}: no port ${targetPort}`,
          )
    }
    if (kind === 'PodDisruptionBudget') {
      const { selector } = z.looseObject({ selector: labelSelector }).parse(spec)
      check(selects(selector.matchLabels).length === 1, `${where} protects nobody, or several`)
    }
    if (kind === 'NetworkPolicy') {
      const { podSelector, ingress: incoming } = policy.parse(spec)
      check(selects(podSelector.matchLabels).length > 0, `${where} is for no pods`)
      for (const { port } of incoming.flatMap(rule => rule.ports))
        check(port === 'http', `${where}: no pod has the port ${port}`)
    }
    if (kind === 'Ingress')
      for (const { backend } of ingress.parse(spec).rules.flatMap(({ http }) => http.paths)) {
        check(has('Service', backend.service.name), `${where}: no service ${backend.service.name}`)
        check(backend.service.port.name === 'http', `${where}: no port ${backend.service.port.name}`)
      }
    if (kind === 'ScaledObject') {
      const { name } = scaled.parse(spec).scaleTargetRef
      check(has('Deployment', name), `${where}: no deployment ${name}`)
    }
    if (kind === 'ScrapeConfig')
      for (const { url } of scrape.parse(spec).httpSDConfigs) {
        const [pod = '', name = '', namespace] = new URL(url).hostname.split('.')
        check(has('Service', name) && namespace === 'bots', `${where}: no service ${name}`)
        check(has('StatefulSet', pod.replace(/-\d+$/, '')), `${where}: no manager ${pod}`)
      }
  }
  return problems
}
