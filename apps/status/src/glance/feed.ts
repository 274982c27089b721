import type { Change, ShardRegistry } from '@shardlight/shard-registry'
import type { FastifyPluginAsync } from 'fastify'
import type { Directory } from '../directory.ts'
import { createViewers } from '../viewers.ts'
import { requireOwnOrigin } from '../websocket-origin.ts'

/** Glance sends a frame an event; collected for this long they go out in one go. */
const FLUSH_MS = 50

export type GlanceFeed = AsyncDisposable & { routes: FastifyPluginAsync; readonly viewers: number }

const frameOf = (op: string, payload: unknown): Buffer => Buffer.from(JSON.stringify({ op, payload }))

function helloOf(directory: Directory): Buffer {
  const clusters = directory.clusters().map(table => {
    const shards: Record<string, unknown> = { len: table.totalShards }
    for (let id = 0; id < table.totalShards; id += 1) {
      const record = table.get(id)
      if (record) shards[id] = { state: record.state, last_healthy: (record.lastHealthyMs ?? 0) / 1000 }
    }
    return [table.name, shards] as const
  })
  return frameOf('hello', Object.fromEntries(clusters))
}

function changeFrame({ cluster, shard, kind, record: { state } }: Change): Buffer {
  return kind === 'state'
    ? frameOf('state_update', { cluster, shard, state })
    : frameOf('health_ping', { cluster, shard, ...(kind === 'revived' && { state }) })
}

/** `WS /api/feed`, for pages and programs that were written for Glance. */
export function startGlanceFeed({
  registry,
  directory,
  origins,
  onSlow,
}: {
  registry: ShardRegistry
  directory: Directory
  origins: ReadonlySet<string>
  onSlow?: () => void
}): GlanceFeed {
  const viewers = createViewers({ ...(onSlow && { onSlow }) })
  let waiting: Change[] = []
  let isReset = false
  const hello = () => helloOf(directory)

  function flush(): void {
    const changes = waiting
    waiting = []
    if (isReset) viewers.broadcast([hello()], hello)
    else if (changes.length > 0) viewers.broadcast(changes.map(changeFrame), hello)
    else viewers.recover(hello)
    isReset = false
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
  const timer = setInterval(flush, FLUSH_MS)

  return {
    get viewers() {
      return viewers.size
    },
    async routes(app) {
      app.get('/api/feed', { websocket: true, preValidation: requireOwnOrigin(origins) }, socket => {
        flush()
        viewers.add(socket)
        viewers.send(socket, hello())
      })
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      subscription[Symbol.dispose]()
      await viewers[Symbol.asyncDispose]()
    },
  }
}
