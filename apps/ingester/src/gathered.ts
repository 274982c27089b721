import { Readable } from 'node:stream'

/** As many pieces of the network as are read ahead; each has at most 64 KiB. */
const PIECES_AHEAD = 64

const somethingNew = (readable: Readable) =>
  new Promise<void>(resolve => {
    const news = ['readable', 'end', 'close', 'error'] as const
    const wake = () => {
      for (const name of news) readable.off(name, wake)
      resolve()
    }
    for (const name of news) readable.on(name, wake)
  })

/**
 * Reads ahead of the consumer, within bounds, and gives it all that has come meanwhile, at least `most` being a reason
 * to stop gathering. A slow consumer slows the source; no more is held than what is read ahead.
 */
export async function* gathered<Item>(
  pieces: AsyncIterable<Item[]>,
  most: number,
): AsyncGenerator<Item[], void, undefined> {
  const readable = Readable.from(pieces, { highWaterMark: PIECES_AHEAD })
  let failure: unknown
  readable.on('error', error => {
    failure = error
  })
  try {
    while (true) {
      const items: Item[] = []
      for (let piece: Item[] | null = readable.read(); piece !== null; piece = readable.read()) {
        items.push(...piece)
        if (items.length >= most) break
      }
      if (items.length > 0) yield items
      else if (failure !== undefined) throw failure
      else if (readable.readableEnded || readable.destroyed) return
      else await somethingNew(readable)
    }
  } finally {
    readable.destroy()
  }
}
