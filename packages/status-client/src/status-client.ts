import type { Push, PushedProcess } from '@shardlight/shard-registry'

/** A push as a process makes it: here the total and the process are always told. */
export type ProcessPush = Push & { totalShards: number; process: PushedProcess }

export type StatusClient = AsyncDisposable & {
  /**
   * Sends the newest state; resolves when it, or a newer one, was sent or has failed. Never rejects: who pushes has
   * better things to do. While a push is under way later ones are merged, the newest of each shard wins.
   */
  push(push: ProcessPush): Promise<void>
}

type Options = {
  /** Where the status API is: `http://127.0.0.1:3000`. */
  url: string
  token: string
  cluster: string
  timeoutMs?: number
  /** Once per outage: the first push that failed, and why. */
  onOutage?: (error: Error) => void
  /** The first push after an outage that got through. */
  onRecovery?: () => void
}

function merge(older: ProcessPush | undefined, newer: ProcessPush): ProcessPush {
  if (!older || older.totalShards !== newer.totalShards) return newer
  const shards = new Map([...older.shards, ...newer.shards].map(shard => [shard.id, shard]))
  return { ...newer, shards: [...shards.values()] }
}

/** Pushes one bot's shards to a status API. */
export function createStatusClient({
  url,
  token,
  cluster,
  timeoutMs = 2_000,
  onOutage = () => {},
  onRecovery = () => {},
}: Options): StatusClient {
  const address = new URL(`/api/v2/clusters/${encodeURIComponent(cluster)}/shards`, url)
  /** By process, since a manager speaks for several. */
  const waiting = new Map<string, ProcessPush>()
  const closing = new AbortController()
  let underWay: Promise<void> | undefined
  let isOut = false

  async function send(push: ProcessPush): Promise<void> {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(push),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal]),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the status API answered ${answer.status}: ${text.slice(0, 300)}`)
  }

  async function sendAll(): Promise<void> {
    // Lets pushes of the same tick go as one.
    await Promise.resolve()
    for (let next = waiting.entries().next(); !next.done; next = waiting.entries().next()) {
      const [process, push] = next.value
      waiting.delete(process)
      if (closing.signal.aborted) continue
      try {
        await send(push)
        if (isOut) onRecovery()
        isOut = false
      } catch (cause) {
        if (closing.signal.aborted) continue
        if (!isOut) onOutage(new Error(`cannot push to ${address.origin}`, { cause }))
        isOut = true
      }
    }
    underWay = undefined
  }

  return {
    push(push) {
      waiting.set(push.process.id, merge(waiting.get(push.process.id), push))
      underWay ??= sendAll()
      return underWay
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await underWay
    },
  }
}
