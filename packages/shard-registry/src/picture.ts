import { ClusterTable } from './cluster-table.ts'
import type { Notice, NoticesPush } from './notices.ts'
import { type Change, MostSourcesError, type RegistryListener } from './shard-registry.ts'

/**
 * The layout that is coming is a table of its own, named after its cluster with a + behind, which no name of a
 * cluster has.
 */
export const comingOf = (cluster: string): string => `${cluster}+`

const presentOf = (name: string): string | undefined => (name.endsWith('+') ? name.slice(0, -1) : undefined)

/** One replica's view of all clusters, and who listens to it. */
export class Picture {
  #tables = new Map<string, ClusterTable>()
  readonly #expected = new Map<string, number>()
  readonly #listeners = new Set<RegistryListener>()

  cluster(name: string): ClusterTable | undefined {
    return this.#tables.get(name)
  }

  clusters(): ClusterTable[] {
    return [...this.#tables.values()]
      .filter(({ name }) => presentOf(name) === undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  expect(cluster: string, totalShards: number): void {
    this.#expected.set(cluster, totalShards)
    if (!this.#tables.has(cluster)) this.resize(cluster, totalShards)
  }

  resize(cluster: string, totalShards: number): void {
    const table = this.#table(cluster)
    table.resize(totalShards)
    // What is coming is told with the next totals.
    if (presentOf(cluster) === undefined) this.reset()
  }

  /** The shards of another layout are other shards: nothing is known of them yet. */
  layOutAnew(cluster: string, totalShards: number): void {
    this.#table(cluster).resize(0)
    this.resize(cluster, totalShards)
  }

  /** What was coming is the present layout. */
  adoptComing(cluster: string): void {
    const table = this.#table(cluster)
    if (table.coming) table.adopt(table.coming)
    this.dropComing(cluster)
    this.reset()
  }

  dropComing(cluster: string): void {
    this.#tables.delete(comingOf(cluster))
    this.#table(cluster).coming = undefined
  }

  /** Begins anew with what is expected; the caller fills the tables and then calls `reset`. */
  clear(): void {
    this.#tables = new Map()
    for (const [cluster, totalShards] of this.#expected) this.#table(cluster).resize(totalShards)
  }

  /** Without telling anybody. */
  fill(cluster: string, totalShards?: number): ClusterTable {
    const table = this.#table(cluster)
    table.resize(totalShards ?? table.totalShards)
    return table
  }

  apply(changes: Change[]): void {
    if (changes.length === 0) return
    for (const { cluster, shard, record } of changes) this.#tables.get(cluster)?.set(shard, record)
    const present = changes.filter(({ cluster }) => presentOf(cluster) === undefined)
    if (present.length > 0) for (const listener of this.#listeners) listener.changed(present)
  }

  /** @throws {MostSourcesError} */
  requireRoom(cluster: string, { source, notices }: NoticesPush, nowMs: number): void {
    if (notices.length > 0 && this.#tables.get(cluster)?.notices.hasRoomFor(source, nowMs) === false)
      throw new MostSourcesError(cluster)
  }

  completeNotices(cluster: string, push: NoticesPush, nowMs: number): Notice[] {
    return this.#table(cluster).notices.complete(push, nowMs)
  }

  putNotices(
    cluster: string,
    { source, ...told }: { source: string; notices: readonly Notice[]; untilMs: number },
  ): void {
    if (this.#table(cluster).notices.put(source, told)) this.#noticed(cluster)
  }

  expireNotices(nowMs: number): void {
    for (const [name, { notices }] of this.#tables) if (notices.expire(nowMs)) this.#noticed(name)
  }

  reset(): void {
    for (const listener of this.#listeners) listener.reset()
  }

  subscribe(listener: RegistryListener): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  #noticed(cluster: string): void {
    for (const listener of this.#listeners) listener.noticed(cluster)
  }

  #table(name: string): ClusterTable {
    const known = this.#tables.get(name)
    if (known) return known
    const table = new ClusterTable(name)
    this.#tables.set(name, table)
    const present = presentOf(name)
    if (present !== undefined) this.#table(present).coming = table
    return table
  }
}
