import type { ClusterTable, ShardRegistry } from '@shardlight/shard-registry'
import type { StatusConfig } from './config.ts'
import { RequestError } from './request-error.ts'

/** The clusters of the configuration; what else a shared Redis may still hold is not shown. */
export type Directory = {
  has(cluster: string): boolean
  clusters(): ClusterTable[]
  /** @throws {RequestError} 404 */
  cluster(name: string): ClusterTable
}

export function createDirectory({
  registry,
  tokens,
  glanceBots,
}: { registry: ShardRegistry } & Pick<StatusConfig, 'tokens' | 'glanceBots'>): Directory {
  const names = new Set([...tokens.keys(), ...glanceBots.keys()])
  for (const name of names) registry.expect(name, glanceBots.get(name) ?? 0)
  return {
    has: cluster => names.has(cluster),
    clusters: () => registry.clusters().filter(({ name }) => names.has(name)),
    cluster(name) {
      const table = names.has(name) ? registry.cluster(name) : undefined
      if (!table) throw new RequestError(404, `there is no cluster "${name}"`)
      return table
    },
  }
}
