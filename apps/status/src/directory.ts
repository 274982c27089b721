import type { ClusterTable, ShardRegistry } from '@shardlight/shard-registry'
import type { Stamp } from '@shardlight/status-client'
import type { StatusConfig } from './config.ts'
import { RequestError } from './request-error.ts'

/** The clusters that somebody may push; what else a shared Redis may still hold is not shown. */
export type Directory = {
  /** To be called when there may be others than before. */
  expectAll(): void
  /** To be told when there are. */
  subscribe(listener: () => void): Disposable
  has(cluster: string): boolean
  clusters(): ClusterTable[]
  /** @throws {RequestError} 404 */
  cluster(name: string): ClusterTable
  /** How good what is answered now is. */
  stamp(): Stamp
}

export function createDirectory({
  registry,
  tokens,
  glanceBots,
}: {
  registry: ShardRegistry
  /** By cluster; it may change. */
  tokens: ReadonlyMap<string, unknown>
} & Pick<StatusConfig, 'glanceBots'>): Directory {
  const has = (name: string) => tokens.has(name) || glanceBots.has(name)
  const listeners = new Set<() => void>()
  let known = new Set<string>()
  const expectAll = () => {
    const before = known
    known = new Set([...tokens.keys(), ...glanceBots.keys()])
    for (const name of known) registry.expect(name, glanceBots.get(name) ?? 0)
    if (known.symmetricDifference(before).size > 0) for (const listener of listeners) listener()
  }
  expectAll()
  return {
    has,
    expectAll,
    subscribe(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    clusters: () => registry.clusters().filter(({ name }) => has(name)),
    cluster(name) {
      const table = has(name) ? registry.cluster(name) : undefined
      if (!table) throw new RequestError(404, `there is no cluster "${name}"`)
      return table
    },
    stamp: () => ({ atMs: registry.nowMs(), staleSinceMs: registry.staleSinceMs() }),
  }
}
