import type { Change, ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { Directory } from '../directory.ts'
import { FrameLog } from '../frame-log.ts'
import { createSnapshots } from '../snapshots.ts'
import { createViewers } from '../viewers.ts'
import { changeFrame, helloFrame, stateFrame } from './frames.ts'

/** Glance sends a frame an event; collected for this long they go out in one go. */
const FLUSH_MS = 50
/** A viewer that is further behind is told the state of every shard. */
const FLUSHES_KEPT = 1_200
const BYTES_KEPT = 2 * 1024 * 1024

export type GlanceFeed = AsyncDisposable & { routes: FastifyPluginAsync; readonly viewers: number }

/**
 * `WS /api/feed`, for pages and programs that were written for Glance. They expect one hello and no second: Glance's
 * page takes itself apart when another comes. So who missed something is told states, and where there are other
 * shards than the hello said, the connection is closed, as it was when Glance was started with other `GLANCE_BOTS`.
 */
export function startGlanceFeed({
  registry,
  directory,
  onSlow,
}: {
  registry: ShardRegistry
  directory: Directory
  onSlow?: () => void
}): GlanceFeed {
  const log = new FrameLog({ mostEntries: FLUSHES_KEPT, mostBytes: BYTES_KEPT })
  // Glance's page divides by the number of shards: one of which nobody has told it yet is not shown.
  const tables = () => directory.clusters().filter(({ totalShards }) => totalShards > 0)

  /** The states that are others than `before`; all of them without it. */
  const stateFrames = (before?: Map<string, Uint8Array>) =>
    tables().flatMap(({ name, states }) => {
      const known = before?.get(name)
      return [...states].flatMap((state, id) => (known?.[id] === state ? [] : [stateFrame(name, id, state)]))
    })

  const hellos = createSnapshots({ log, make: () => [helloFrame(tables())] })
  const snapshots = createSnapshots({ log, make: () => stateFrames() })
  const viewers = createViewers({ log, snapshots, ...(onSlow && { onSlow }) })
  let waiting: Change[] = []
  let isReset = false
  /** What whoever keeps up has been told: one byte a shard, by cluster. */
  let told = new Map<string, Uint8Array>()

  const remember = () => new Map(tables().map(({ name, states }) => [name, states.slice()]))

  const isLaidOutAnew = () => {
    const now = tables()
    return (
      now.length !== told.size || now.some(({ name, states }) => told.get(name)?.length !== states.length)
    )
  }

  function beginAnew(): void {
    viewers.close(1012, 'there are other shards than before; open it again')
    log.restart()
  }

  function flush(): void {
    const changes = waiting
    const wasReset = isReset
    waiting = []
    isReset = false
    if (viewers.size === 0) return
    const isOther = wasReset && isLaidOutAnew()
    const frames = wasReset ? stateFrames(told) : changes.map(changeFrame)
    if (isOther) beginAnew()
    else if (frames.length > 0) log.append(frames)
    if (isOther || frames.length > 0) told = remember()
    viewers.advance()
  }

  const subscription = registry.subscribe({
    changed(changes) {
      if (viewers.size === 0) return
      for (const change of changes) if (directory.has(change.cluster)) waiting.push(change)
    },
    // Glance has no word for notices.
    noticed() {},
    reset() {
      isReset = true
    },
  })
  const otherClusters = directory.subscribe(() => {
    isReset = true
  })
  const timer = setInterval(flush, FLUSH_MS)

  return {
    get viewers() {
      return viewers.size
    },
    async routes(app) {
      app.get('/api/feed', { websocket: true }, socket => {
        flush()
        if (viewers.size === 0) {
          // While nobody looks nothing is kept that could be added to an older hello.
          log.restart()
          told = remember()
        }
        const { epoch, seq, frames } = hellos.current()
        viewers.add(socket, { first: frames, from: { epoch, seq } })
      })
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      subscription[Symbol.dispose]()
      otherClusters[Symbol.dispose]()
      await viewers[Symbol.asyncDispose]()
    },
  }
}
