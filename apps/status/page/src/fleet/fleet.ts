import { type Notice, shardStateNames } from '@shardlight/shard-registry'
import type { ClusterTotals, FeedFrame } from '@shardlight/status-client'

export type Cluster = Omit<ClusterTotals, 'name'> & {
  readonly name: string
  /** One byte a shard, by shard id. */
  states: Uint8Array
  /** The gravest first, then the oldest. */
  notices: readonly Notice[]
}

/** `all`: the clusters or their sizes are others than before. */
export type FleetChange = { all: boolean; shards: ReadonlyMap<string, ReadonlySet<number>> }

export type Fleet = ReturnType<typeof createFleet>

const DIGIT_0 = 0x30

const readStates = (digits: string) =>
  Uint8Array.from({ length: digits.length }, (_, shard) => digits.charCodeAt(shard) - DIGIT_0)

/** How many there are in each state, by its number. */
function countsOf(clusters: Iterable<Cluster>): number[] {
  const counts = shardStateNames.map(() => 0)
  for (const { states } of clusters) for (const state of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

const HIDDEN_MS = 1_000

/** A tab in the background paints no frames, and has a title that should be right nevertheless. */
function nextScreenFrame(run: () => void): void {
  let isDue = true
  const once = () => {
    if (isDue) run()
    isDue = false
  }
  requestAnimationFrame(once)
  setTimeout(once, HIDDEN_MS)
}

/** What the feed has told so far. Listeners hear of it once a frame of the screen, however much arrives. */
export function createFleet(nextFrame: (run: () => void) => void = nextScreenFrame) {
  let clusters = new Map<string, Cluster>()
  let isScheduled = false
  let all = false
  let shards = new Map<string, Set<number>>()
  let counts = countsOf([])
  const listeners = new Set<(change: FleetChange) => void>()

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    nextFrame(() => {
      const change = { all, shards }
      isScheduled = false
      all = false
      shards = new Map()
      for (const listener of listeners) listener(change)
    })
  }

  function applyChanges(name: string, pairs: readonly number[]): void {
    const states = clusters.get(name)?.states
    if (!states) return
    const changed = shards.get(name) ?? new Set()
    shards.set(name, changed)
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [shard = 0, state = 0] = [pairs[at], pairs[at + 1]]
      const before = states[shard]
      if (before === undefined) continue
      counts[before] = (counts[before] ?? 0) - 1
      counts[state] = (counts[state] ?? 0) + 1
      states[shard] = state
      changed.add(shard)
    }
  }

  return {
    apply(frame: FeedFrame): void {
      if (frame.op === 'snapshot') {
        clusters = new Map(
          frame.clusters.map(({ name, states, guilds, processes, lastPushMs, coming, notices }) => [
            name,
            { name, states: readStates(states), guilds, processes, lastPushMs, coming, notices },
          ]),
        )
        counts = countsOf(clusters.values())
        all = true
      } else if (frame.op === 'changes') {
        for (const { name, states, notices } of frame.clusters) {
          applyChanges(name, states)
          const cluster = clusters.get(name)
          if (cluster && notices) cluster.notices = notices
        }
      } else if (frame.op === 'beat') {
        for (const { name, ...totals } of frame.clusters) Object.assign(clusters.get(name) ?? {}, totals)
      }
      schedule()
    },
    clusters: (): Cluster[] => [...clusters.values()],
    cluster: (name: string): Cluster | undefined => clusters.get(name),
    /** Of all clusters together. */
    counts: (): readonly number[] => counts,
    subscribe(listener: (change: FleetChange) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
