import { type Plan, planFor, type Wish } from './plan.ts'

/** The plans of SIZING.md and of `plans/`. */
export const WISHES: Record<string, Wish> = {
  '1-shard': {
    shards: 1,
    managers: 1,
    shardsPerProcess: 1,
    maxConcurrency: 1,
    statusReplicas: 2,
    viewersPerReplica: 1_000,
  },
  '16-shards': {
    shards: 16,
    managers: 1,
    shardsPerProcess: 4,
    maxConcurrency: 1,
    statusReplicas: 2,
    viewersPerReplica: 1_000,
  },
  '256-shards': {
    shards: 256,
    managers: 16,
    shardsPerProcess: 8,
    maxConcurrency: 16,
    statusReplicas: 3,
    viewersPerReplica: 2_500,
  },
  '4096-shards': {
    shards: 4_096,
    managers: 64,
    shardsPerProcess: 16,
    maxConcurrency: 64,
    statusReplicas: 4,
    viewersPerReplica: 5_000,
  },
}

export const planNamed = (name: string): Plan => {
  const wish = WISHES[name]
  if (!wish) throw new Error(`there is no plan ${name}; there are ${Object.keys(WISHES).join(', ')}`)
  return planFor(wish)
}

const cpu = (cores: number) => `${Math.ceil((cores * 1_000) / 50) * 50}m`
const memory = (MiB: number) => (MiB % 1_024 === 0 ? `${MiB / 1_024}Gi` : `${MiB}Mi`)
const resources = (cores: number, { request, limit }: { request: number; limit: number }) => ({
  requests: { cpu: cpu(cores), memory: memory(request) },
  limits: { memory: memory(limit) },
})

/** What the chart is told: the file `plans/NAME.yaml`. */
export const valuesOf = (plan: Plan) => ({
  cluster: { totalShards: plan.shards, shardsPerProcess: plan.shardsPerProcess },
  manager: {
    replicas: plan.managers,
    heapMiB: plan.heapMiB.manager,
    resources: resources(plan.cores.manager, plan.memory.manager),
  },
  status: {
    replicas: plan.statusReplicas,
    limits: { viewers: plan.viewersPerReplica },
    heapMiB: plan.heapMiB.status,
    resources: resources(plan.cores.status, plan.memory.status),
  },
  ingester: {
    heapMiB: plan.heapMiB.ingester,
    resources: resources(plan.cores.ingester, plan.memory.ingester),
  },
})
