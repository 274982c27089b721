import type { ShardRegistry } from '@shardlight/shard-registry'
import type { ClusterChanges, FeedFrame } from '@shardlight/status-client'
import type { WebSocket } from 'ws'
import type { Directory } from '../directory.ts'
import { FrameLog, type Position } from '../frame-log.ts'
import { createSnapshots, type Snapshot } from '../snapshots.ts'
import { canResume } from '../viewer.ts'
import { createViewers } from '../viewers.ts'
import { snapshotOf, totalsOf } from './answers.ts'
import { createTotalsVersion } from './totals-version.ts'

/** One event to 100 viewers costs 20 times as much as a batch of a quarter of a second does. */
const BATCH_MS = 250
/** A viewer that has heard nothing for some of these knows that the line is dead. */
const BEAT_MS = 2_000
/** At four batches a second, this many are a minute: a viewer that was away for longer takes a snapshot. */
const BATCHES_KEPT = 240
const BYTES_KEPT = 4 * 1024 * 1024

export type Feed = AsyncDisposable & {
  readonly viewers: number
  position(): Position
  /** The frame that a new viewer is sent, and the position from which it goes on. */
  snapshot(): Snapshot
  join(socket: WebSocket, from?: Position): void
}

const serialise = (frame: FeedFrame): Buffer => Buffer.from(JSON.stringify(frame))

/** Tells all viewers what changes, in batches that are serialised once. */
export function startFeed({
  registry,
  directory,
  incidentsRevision = () => undefined,
  onSlow,
}: {
  registry: ShardRegistry
  directory: Directory
  /** Another one than before: incidents have changed. */
  incidentsRevision?: () => number | undefined
  onSlow?: () => void
}): Feed {
  const log = new FrameLog({ mostEntries: BATCHES_KEPT, mostBytes: BYTES_KEPT })
  const totalsVersion = createTotalsVersion({ directory })
  // What is newer than the position is in it already, and told once more by the next batch.
  const snapshots = createSnapshots({
    log,
    version: () => `${directory.stamp().staleSinceMs ?? ''}.${totalsVersion()}`,
    make: ({ epoch, seq }) => {
      const clusters = directory.clusters().map(snapshotOf)
      return [serialise({ op: 'snapshot', epoch, seq, ...directory.stamp(), clusters })]
    },
  })
  const viewers = createViewers({ log, snapshots, ...(onSlow && { onSlow }) })
  let changed = new Map<string, Set<number>>()
  let noticed = new Set<string>()
  let isReset = false

  function takeBatch(): ClusterChanges[] {
    const [shards, boards] = [changed, noticed]
    changed = new Map()
    noticed = new Set()
    return directory
      .clusters()
      .filter(({ name }) => shards.has(name) || boards.has(name))
      .map(({ name, states, notices }) => ({
        name,
        states: [...(shards.get(name) ?? [])].flatMap(id => [id, states[id] ?? 0]),
        ...(boards.has(name) && { notices: notices.all }),
      }))
  }

  function restart(): void {
    isReset = false
    changed = new Map()
    noticed = new Set()
    log.restart()
  }

  function flush(): void {
    if (isReset) restart()
    const clusters = takeBatch()
    if (clusters.length > 0) {
      const { epoch, seq } = log.position
      log.append([serialise({ op: 'changes', epoch, seq: seq + 1, atMs: registry.nowMs(), clusters })])
    }
    viewers.advance()
  }

  function beat(): void {
    if (viewers.size === 0 || isReset) return
    const clusters = directory.clusters().map(totalsOf)
    const incidents = incidentsRevision()
    viewers.offer(
      serialise({
        op: 'beat',
        ...log.position,
        ...directory.stamp(),
        clusters,
        ...(incidents !== undefined && { incidents }),
      }),
    )
  }

  const subscription = registry.subscribe({
    changed(changes) {
      for (const { cluster, shard, kind } of changes) {
        if (kind === 'health') continue
        const shards = changed.get(cluster) ?? new Set()
        changed.set(cluster, shards.add(shard))
      }
    },
    noticed(cluster) {
      noticed.add(cluster)
    },
    reset() {
      isReset = true
    },
  })
  const otherClusters = directory.subscribe(() => {
    isReset = true
  })
  const timers = [setInterval(flush, BATCH_MS), setInterval(beat, BEAT_MS)]

  return {
    get viewers() {
      return viewers.size
    },
    position: () => log.position,
    snapshot() {
      if (isReset) flush()
      return snapshots.current()
    },
    join(socket, from) {
      if (isReset) flush()
      const resumed = canResume(log, snapshots, from)
      const hello = serialise({ op: 'hello', ...log.position, atMs: registry.nowMs(), resumed })
      viewers.add(socket, { first: [hello], from: resumed ? from : undefined })
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      subscription[Symbol.dispose]()
      otherClusters[Symbol.dispose]()
      await viewers[Symbol.asyncDispose]()
    },
  }
}
