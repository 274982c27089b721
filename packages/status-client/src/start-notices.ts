import type { PushedNotice } from '@shardlight/shard-registry'
import type { StatusClient } from './status-client.ts'

/** The API forgets a source that is silent for 60 s: three may be lost before that. */
const INTERVAL_MS = 15_000

export type Noticing = AsyncDisposable & {
  /** Reads and tells at once, as after a change; resolves when it was sent or has failed. */
  tellNow(): Promise<void>
}

/**
 * Tells what `read` answers now, then every `intervalMs`, also that there is nothing to tell. Disposing takes all of
 * it down: nobody is there any more who could know whether it is true.
 */
export function startNotices({
  client,
  source,
  read,
  intervalMs = INTERVAL_MS,
}: {
  client: StatusClient
  source: string
  read: () => PushedNotice[]
  intervalMs?: number
}): Noticing {
  const tellNow = () => client.setNotices({ source, notices: read() })
  const timer = setInterval(() => void tellNow(), intervalMs)
  timer.unref()
  void tellNow()
  return {
    tellNow,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await client.setNotices({ source, notices: [] })
    },
  }
}
