import { ClusterTable } from './cluster-table.ts'
import type { Change, RegistryListener } from './shard-registry.ts'

/** One replica's view of all clusters, and who listens to it. */
export class Picture {
  #tables = new Map<string, ClusterTable>()
  readonly #expected = new Map<string, number>()
  readonly #listeners = new Set<RegistryListener>()

  cluster(name: string): ClusterTable | undefined {
    return this.#tables.get(name)
  }

  clusters(): ClusterTable[] {
    return [...this.#tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  expect(cluster: string, totalShards: number): void {
    this.#expected.set(cluster, totalShards)
    if (!this.#tables.has(cluster)) this.resize(cluster, totalShards)
  }

  resize(cluster: string, totalShards: number): void {
    const table = this.#table(cluster)
    table.resize(totalShards)
    this.reset()
  }

  /** Begins anew with what is expected; the caller fills the tables and then calls `reset`. */
  clear(): void {
    this.#tables = new Map()
    for (const [cluster, totalShards] of this.#expected) this.#table(cluster).resize(totalShards)
  }

  fill(cluster: string, totalShards: number): ClusterTable {
    const table = this.#table(cluster)
    table.resize(totalShards)
    return table
  }

  apply(changes: Change[]): void {
    if (changes.length === 0) return
    for (const { cluster, shard, record } of changes) this.#tables.get(cluster)?.set(shard, record)
    for (const listener of this.#listeners) listener.changed(changes)
  }

  reset(): void {
    for (const listener of this.#listeners) listener.reset()
  }

  subscribe(listener: RegistryListener): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  #table(name: string): ClusterTable {
    const table = this.#tables.get(name) ?? new ClusterTable(name)
    this.#tables.set(name, table)
    return table
  }
}
