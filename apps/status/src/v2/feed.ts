import type { ShardRegistry } from '@shardlight/shard-registry'
import type { ClusterChanges, FeedFrame } from '@shardlight/status-client'
import type { WebSocket } from 'ws'
import type { Directory } from '../directory.ts'
import { createViewers } from '../viewers.ts'
import { snapshotOf, totalsOf } from './answers.ts'
import { FeedHistory } from './feed-history.ts'

/** One event to 100 viewers costs 20 times as much as a batch of a quarter of a second does. */
const BATCH_MS = 250
/** A viewer that has heard nothing for some of these knows that the line is dead. */
const BEAT_MS = 2_000

export type Feed = AsyncDisposable & {
  readonly viewers: number
  position(): { epoch: string; seq: number }
  join(socket: WebSocket, from: { epoch?: string | undefined; seq?: number | undefined }): void
}

const serialise = (frame: FeedFrame): Buffer => Buffer.from(JSON.stringify(frame))

/** Tells all viewers what changes, in batches that are serialised once. */
export function startFeed({
  registry,
  directory,
  onSlow,
}: {
  registry: ShardRegistry
  directory: Directory
  onSlow?: () => void
}): Feed {
  const history = new FeedHistory()
  const viewers = createViewers({ ...(onSlow && { onSlow }) })
  let changed = new Map<string, Set<number>>()
  let noticed = new Set<string>()
  let isReset = false
  let cached: { key: string; frame: Buffer } | undefined

  const at = () => ({ epoch: history.epoch, seq: history.seq, atMs: Date.now() })

  /** Serialised once a position, however many come at the same time; the next batch tells what is newer. */
  function snapshot(): Buffer {
    const key = `${history.epoch} ${history.seq}`
    if (cached?.key !== key)
      cached = {
        key,
        frame: serialise({ op: 'snapshot', ...at(), clusters: directory.clusters().map(snapshotOf) }),
      }
    return cached.frame
  }

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

  function flush(): void {
    if (isReset) {
      isReset = false
      changed = new Map()
      noticed = new Set()
      history.restart()
      viewers.broadcast([snapshot()], snapshot)
      return
    }
    const clusters = takeBatch()
    if (clusters.length === 0) {
      viewers.recover(snapshot)
      return
    }
    const frame = history.append(seq => serialise({ op: 'changes', ...at(), seq, clusters }))
    viewers.broadcast([frame], snapshot)
  }

  function beat(): void {
    if (viewers.size === 0) return
    viewers.broadcast(
      [serialise({ op: 'beat', ...at(), clusters: directory.clusters().map(totalsOf) })],
      snapshot,
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
  const timers = [setInterval(flush, BATCH_MS), setInterval(beat, BEAT_MS)]

  return {
    get viewers() {
      return viewers.size
    },
    position: () => ({ epoch: history.epoch, seq: history.seq }),
    join(socket, from) {
      if (isReset) flush()
      const missed = history.since(from.epoch, from.seq)
      viewers.add(socket)
      viewers.send(socket, serialise({ op: 'hello', ...at(), resumed: missed !== undefined }))
      for (const frame of missed ?? [snapshot()]) viewers.send(socket, frame)
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      subscription[Symbol.dispose]()
      await viewers[Symbol.asyncDispose]()
    },
  }
}
