import type { ProcessPush, StatusClient } from './status-client.ts'

/** The registry calls a shard unhealthy after 30 s: five pushes may be lost before that. */
const INTERVAL_MS = 5_000

export type Pushing = AsyncDisposable & {
  /** Reads and pushes at once, as after a change of state; resolves when it was sent or has failed. */
  pushNow(): Promise<void>
}

/** Pushes what `read` answers now, then every `intervalMs`; nothing where it answers undefined. */
export function startPushing({
  client,
  read,
  intervalMs = INTERVAL_MS,
}: {
  client: StatusClient
  read: () => ProcessPush | undefined
  intervalMs?: number
}): Pushing {
  let last: Promise<void> = Promise.resolve()
  const pushNow = () => {
    const push = read()
    if (push && push.shards.length > 0) last = client.push(push)
    return last
  }
  const timer = setInterval(() => void pushNow(), intervalMs)
  timer.unref()
  void pushNow()
  return {
    pushNow,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await last
    },
  }
}
