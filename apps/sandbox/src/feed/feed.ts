import type { ChatEvent } from '../control-api.ts'
import type { Channel } from '../world/model.ts'
import type { World } from '../world/world.ts'

/** A browser that is this far behind is cut off; it reconnects and reads anew. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024

export type Viewer = {
  userId: string
  bufferedAmount(): number
  send(frame: string): void
  cut(): void
}

export type Feed = ReturnType<typeof createFeed>

/** What open chats are told, each only what its user may see. */
export function createFeed(world: World) {
  const viewers = new Set<Viewer>()

  function tell(event: ChatEvent, sees: (userId: string) => boolean): void {
    if (viewers.size === 0) return
    const frame = JSON.stringify(event)
    for (const viewer of viewers) {
      if (!sees(viewer.userId)) continue
      if (viewer.bufferedAmount() > MAX_BEHIND_BYTES) viewer.cut()
      else viewer.send(frame)
    }
  }

  return {
    join(viewer: Viewer): () => void {
      viewers.add(viewer)
      return () => viewers.delete(viewer)
    },
    toUser: (userId: string, event: ChatEvent) => tell(event, viewer => viewer === userId),
    toChannel: (channel: Channel, event: ChatEvent) => tell(event, userId => world.canSee(userId, channel)),
    toUsers: (userIds: ReadonlySet<string>, event: ChatEvent) => tell(event, userId => userIds.has(userId)),
    toAll: (event: ChatEvent) => tell(event, () => true),
    isWatched: () => viewers.size > 0,
  }
}
