import { ScaledObject, TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1'
import { PodMonitor, PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { ScrapeConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1'
import { z } from 'zod'
import { fieldsNeverRead } from './fields-never-read.ts'

type Model = { apiVersion: string; kind: string; prototype: { validate(): void } }

const MODELS: Model[] = [
  ConfigMap,
  Deployment,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  PodMonitor,
  PrometheusRule,
  ScaledObject,
  ScrapeConfig,
  Service,
  ServiceAccount,
  StatefulSet,
  TriggerAuthentication,
]

const typed = z.looseObject({ apiVersion: z.string(), kind: z.string() })
const invalid = z.looseObject({
  errors: z.array(z.looseObject({ instancePath: z.string(), message: z.string() })),
})

/** What the published schema says, which passes over unknown fields. */
function errorsOf({ prototype }: Model, object: unknown): string[] {
  try {
    prototype.validate.call(object)
    return []
  } catch (error) {
    const read = invalid.safeParse(error)
    if (!read.success) throw error
    return read.data.errors.map(({ instancePath, message }) => `${instancePath}: ${message}`)
  }
}

/** Why Kubernetes, asked to be strict, would refuse the object: wrong types, what is missing, unknown fields. */
export function problemsOf(object: unknown): string[] {
  const read = typed.safeParse(object)
  if (!read.success) return ['it has no apiVersion or kind']
  const { apiVersion, kind } = read.data
  const model = MODELS.find(one => one.apiVersion === apiVersion && one.kind === kind)
  if (!model) return [`no schema is known of ${apiVersion} ${kind}`]
  return [
    ...errorsOf(model, object),
    ...fieldsNeverRead(object, watched => void errorsOf(model, watched)).map(
      path => `${path}: unknown field`,
    ),
  ]
}
