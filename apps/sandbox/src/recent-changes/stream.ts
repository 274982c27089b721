import { randomUUID } from 'node:crypto'

/** How many events the stream can go back: the real one has 7 to 31 days. */
const HISTORY = 100_000
export const TOPIC = 'eqiad.mediawiki.recentchange'
const OTHER_TOPIC = 'codfw.mediawiki.recentchange'

export type StreamItem = { offset: number; atMs: number; json: string }

export type ChangeStream = ReturnType<typeof createChangeStream>

/** As `recentchange` has them: `meta` is filled in where it lacks something. */
export type GivenEvent = { meta?: Record<string, unknown> | undefined; [key: string]: unknown }

/** The `id:` of an event: where the stream stands in each data centre. Resuming goes by the timestamp. */
export const idOf = ({ atMs }: StreamItem): string =>
  JSON.stringify([
    { topic: TOPIC, partition: 0, timestamp: atMs },
    { topic: OTHER_TOPIC, partition: 0, offset: -1 },
  ])

/** All that was ever streamed, in order; the newest can be sent again. */
export function createChangeStream(nowMs: () => number = Date.now) {
  let items: StreamItem[] = []
  let offset = 0
  const listeners = new Set<() => void>()

  return {
    add(events: GivenEvent[]): StreamItem[] {
      const added = events.map(event => {
        const atMs = nowMs()
        const meta = {
          id: randomUUID(),
          dt: new Date(atMs).toISOString(),
          stream: 'mediawiki.recentchange',
          topic: TOPIC,
          partition: 0,
          offset,
          ...event.meta,
        }
        const json = JSON.stringify({ $schema: '/mediawiki/recentchange/1.0.0', ...event, meta })
        return { offset: offset++, atMs, json }
      })
      items.push(...added)
      if (items.length > HISTORY * 1.1) items = items.slice(-HISTORY)
      for (const wake of listeners) wake()
      return added
    },

    /** The first item at or after that moment, as its offset; of events of one millisecond all come again. */
    offsetAt(atMs: number): number {
      return items.find(item => item.atMs >= atMs)?.offset ?? offset
    },

    /** At most so many from that offset on; what is older than the history is skipped. */
    from(wanted: number, most: number): StreamItem[] {
      const first = items[0]?.offset ?? offset
      const start = Math.max(0, wanted - first)
      return items.slice(start, start + most)
    },

    end: () => offset,

    all: (): StreamItem[] => items,

    onMore(listener: () => void): Disposable {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
}
