import { NoticeBoard } from './notice-board.ts'
import type { PushedProcess } from './push.ts'
import type { ShardRecord } from './shard-registry.ts'
import { isShardState, ShardState, shardStateNames, timeoutsUntilUnhealthy } from './shard-state.ts'

/** A process, and when it last pushed. */
export type ProcessRecord = PushedProcess & { lastPushMs: number }

const NONE = -1
const FEWEST_TO_PRUNE = 64

const orNull = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)

/** One cluster's shards, in arrays by shard id: 20,000 of them are less than a megabyte. */
export class ClusterTable {
  readonly name: string
  readonly processes = new Map<string, ProcessRecord>()
  readonly notices = new NoticeBoard()
  /** The layout that is being connected beside this one, while the cluster goes to another number of shards. */
  coming: ClusterTable | undefined
  lastPushMs: number | null = null
  /** The newest generation that pushes, and when it last did. */
  newest = { generation: 0, lastPushMs: 0 }
  #states = new Uint8Array(0)
  #sinceMs = new Float64Array(0)
  #lastHealthyMs = new Float64Array(0)
  #pingMs = new Float64Array(0)
  #guilds = new Float64Array(0)
  #reconnects = new Float64Array(0)
  #reconnectedAtMs = new Float64Array(0)
  #processIds: (string | null)[] = []
  #pruneAt = FEWEST_TO_PRUNE

  constructor(name: string) {
    this.name = name
  }

  get totalShards(): number {
    return this.#states.length
  }

  /** One byte a shard. */
  get states(): Readonly<Uint8Array> {
    return this.#states
  }

  /** Shards beyond the new total are forgotten, new ones are Unknown. */
  resize(totalShards: number): void {
    if (totalShards === this.totalShards) return
    const resized = <A extends Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(from: A, to: A): A => {
      to.set(from.subarray(0, totalShards))
      return to
    }
    const numbers = () => new Float64Array(totalShards).fill(NONE)
    this.#states = resized(this.#states, new Uint8Array(totalShards))
    this.#sinceMs = resized(this.#sinceMs, numbers())
    this.#lastHealthyMs = resized(this.#lastHealthyMs, numbers())
    this.#pingMs = resized(this.#pingMs, numbers())
    this.#guilds = resized(this.#guilds, numbers())
    this.#reconnects = resized(this.#reconnects, numbers())
    this.#reconnectedAtMs = resized(this.#reconnectedAtMs, numbers())
    this.#processIds = Array.from({ length: totalShards }, (_, id) => this.#processIds[id] ?? null)
  }

  /** @returns undefined for a shard nobody has spoken of. */
  get(id: number): ShardRecord | undefined {
    const sinceMs = this.#sinceMs[id]
    const state = this.#states[id]
    if (sinceMs === undefined || sinceMs === NONE || state === undefined || !isShardState(state))
      return undefined
    return {
      state,
      sinceMs,
      lastHealthyMs: orNull(this.#lastHealthyMs[id]),
      pingMs: orNull(this.#pingMs[id]),
      guilds: orNull(this.#guilds[id]),
      reconnects: orNull(this.#reconnects[id]),
      reconnectedAtMs: orNull(this.#reconnectedAtMs[id]),
      processId: this.#processIds[id] ?? null,
    }
  }

  set(id: number, record: ShardRecord): void {
    if (id >= this.totalShards) return
    this.#states[id] = record.state
    this.#sinceMs[id] = record.sinceMs
    this.#lastHealthyMs[id] = record.lastHealthyMs ?? NONE
    this.#pingMs[id] = record.pingMs ?? NONE
    this.#guilds[id] = record.guilds ?? NONE
    this.#reconnects[id] = record.reconnects ?? NONE
    this.#reconnectedAtMs[id] = record.reconnectedAtMs ?? NONE
    this.#processIds[id] = record.processId
  }

  /** The shards that have been silent for longer than their state allows. */
  overdue(nowMs: number, healthTimeoutMs: number): number[] {
    const shards: number[] = []
    for (const [shard, lastHealthyMs] of this.#lastHealthyMs.entries()) {
      const state = this.#states[shard] ?? 0
      const timeouts = isShardState(state) ? timeoutsUntilUnhealthy(state) : undefined
      if (timeouts !== undefined && lastHealthyMs + timeouts * healthTimeoutMs <= nowMs) shards.push(shard)
    }
    return shards
  }

  /** How many shards are in each state, by its number. */
  counts(): number[] {
    const counts = shardStateNames.map(() => 0)
    for (const state of this.#states) counts[state] = (counts[state] ?? 0) + 1
    return counts
  }

  /** Of the shards of which it is known; null where that is none of them. */
  guilds(): number | null {
    let sum: number | null = null
    for (const guilds of this.#guilds) if (guilds !== NONE) sum = (sum ?? 0) + guilds
    return sum
  }

  /** The processes that hold a shard which is up or on its way. */
  liveProcessIds(): Set<string> {
    const ids = new Set<string>()
    for (const [shard, id] of this.#processIds.entries()) {
      const state = this.#states[shard] ?? 0
      if (id !== null && state >= ShardState.Online) ids.add(id)
    }
    return ids
  }

  /** The layout that was coming is the present one, with all that is known of it. */
  adopt(coming: ClusterTable): void {
    this.resize(0)
    this.resize(coming.totalShards)
    for (let id = 0; id < coming.totalShards; id += 1) {
      const record = coming.get(id)
      if (record) this.set(id, record)
    }
    for (const [id, process] of coming.processes) this.processes.set(id, process)
  }

  sawProcess(process: PushedProcess, atMs: number): void {
    this.processes.set(process.id, { ...process, lastPushMs: atMs })
    // A restarted process may call itself anew each time: forget those that hold nothing any more.
    if (this.processes.size < this.#pruneAt) return
    const held = new Set(this.#processIds).add(process.id)
    for (const id of this.processes.keys()) if (!held.has(id)) this.processes.delete(id)
    this.#pruneAt = Math.max(FEWEST_TO_PRUNE, 2 * this.processes.size)
  }
}
