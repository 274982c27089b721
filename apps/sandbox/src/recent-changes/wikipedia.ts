import { startFeeding } from './feed-events.ts'
import { createStreamServer } from './server.ts'
import { createChangeStream } from './stream.ts'

export type Wikipedia = ReturnType<typeof createWikipedia>

/** A local Wikipedia, as far as its stream of changes goes. */
export function createWikipedia({ changesPerSecond }: { changesPerSecond: number }) {
  const stream = createChangeStream()
  const server = createStreamServer({ stream })
  const feeding = startFeeding(stream, changesPerSecond)
  return {
    stream,
    server,
    feeding,
    [Symbol.dispose]() {
      feeding[Symbol.dispose]()
      server[Symbol.dispose]()
    },
  }
}
