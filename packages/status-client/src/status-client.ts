import type { NoticesPush, Push, PushedProcess } from '@shardlight/shard-registry'
import { fitting } from './fitting-notices.ts'

/** A push as a process makes it: here the total and the process are always told. */
export type ProcessPush = Push & { totalShards: number; process: PushedProcess }

export type StatusClient = AsyncDisposable & {
  /**
   * Sends the newest state; resolves when it, or a newer one, was sent or has failed. Never rejects: who pushes has
   * better things to do. While a push is under way later ones are merged, the newest of each shard wins.
   */
  push(push: ProcessPush): Promise<void>
  /**
   * Sends what that source has to tell, in place of what it told before; resolves and never rejects as `push` does.
   * The API forgets it after a minute: see `startNotices`.
   */
  setNotices(push: NoticesPush): Promise<void>
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
  if (!older || older.totalShards !== newer.totalShards || older.generation !== newer.generation) return newer
  const shards = new Map([...older.shards, ...newer.shards].map(shard => [shard.id, shard]))
  return { ...newer, shards: [...shards.values()] }
}

type Sending = { method: 'POST' | 'PUT'; to: 'shards' | 'notices'; body: ProcessPush | NoticesPush }

/** Pushes one bot's shards, and what there is to say of them, to a status API. */
export function createStatusClient({
  url,
  token,
  cluster,
  timeoutMs = 2_000,
  onOutage = () => {},
  onRecovery = () => {},
}: Options): StatusClient {
  const address = new URL(`/api/v2/clusters/${encodeURIComponent(cluster)}/`, url)
  /** By process, since a manager speaks for several. */
  const waiting = new Map<string, ProcessPush>()
  const waitingNotices = new Map<string, NoticesPush>()
  const closing = new AbortController()
  let underWay: Promise<void> | undefined
  let isOut = false

  async function send({ method, to, body }: Sending): Promise<void> {
    const answer = await fetch(new URL(to, address), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal]),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the status API answered ${answer.status}: ${text.slice(0, 300)}`)
  }

  function takeNext(): Sending | undefined {
    for (const [process, body] of waiting) {
      waiting.delete(process)
      return { method: 'POST', to: 'shards', body }
    }
    for (const [source, body] of waitingNotices) {
      waitingNotices.delete(source)
      return { method: 'PUT', to: 'notices', body }
    }
    return undefined
  }

  async function sendAll(): Promise<void> {
    // Lets pushes of the same tick go as one.
    await Promise.resolve()
    for (let next = takeNext(); next; next = takeNext()) {
      if (closing.signal.aborted) continue
      try {
        await send(next)
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
    setNotices(push) {
      waitingNotices.set(push.source, fitting(push))
      underWay ??= sendAll()
      return underWay
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await underWay
    },
  }
}
