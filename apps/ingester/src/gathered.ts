import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** What comes one by one is left to gather for so long: a statement for each would be dearer than its work. */
const GATHER_MS = 100
/** That part of the most that is wanted is worth a statement at once. */
const ENOUGH = 0.1
const NEWS = ['readable', 'end', 'close', 'error']

/**
 * Gives the consumer all that has come meanwhile, at least `most` being a reason to stop gathering. A slow consumer
 * slows the source: no more is held than what the stream reads ahead. A piece of it is an item or several.
 */
export async function* gathered<Item>(
  readable: Readable,
  { most }: { most: number },
): AsyncGenerator<Item[], void, undefined> {
  let failure: unknown
  let wake = () => {}
  readable.on('error', error => {
    failure = error
  })
  // For as long as it is read: a stream that loses its last such listener in between may never fetch again.
  for (const name of NEWS) readable.on(name, () => wake())
  try {
    while (true) {
      const items: Item[] = []
      while (items.length < most) {
        const piece: Item | Item[] | null = readable.read()
        if (piece === null) break
        items.push(...(Array.isArray(piece) ? piece : [piece]))
      }
      if (items.length > 0) {
        yield items
        if (items.length < most * ENOUGH) await sleep(GATHER_MS)
      } else if (failure !== undefined) throw failure
      else if (readable.readableEnded || readable.destroyed) return
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  } finally {
    readable.destroy()
  }
}
