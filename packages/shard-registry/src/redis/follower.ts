import { setTimeout as sleep } from 'node:timers/promises'
import type { Picture } from '../picture.ts'
import { type Message, type Position, readField, readMessage, readRecord } from './wire.ts'

export type Loaded = Position & { totals: Map<string, number>; shards: Map<string, string> }

type Waiter = Position & { reached: () => void }

const RETRY_MS = 250
/** A push is stored when Redis has answered; that this replica has not heard of it must not fail it. */
const REACH_TIMEOUT_MS = 1_000

/**
 * Keeps a picture in step with the messages of a channel. A gap in their numbers, or another epoch, means that
 * something was missed: then all is loaded anew. Pub/sub loses messages on a disconnect; this notices.
 */
export function createFollower({
  picture,
  load,
  onTrouble,
}: {
  picture: Picture
  load: () => Promise<Loaded>
  onTrouble: (error: unknown) => void
}) {
  let position: Position | undefined
  let loading: Promise<void> | undefined
  let closed = false
  let missed: Message[] = []
  let waiters: Waiter[] = []

  const isReached = (wanted: Position) =>
    position !== undefined && position.epoch === wanted.epoch && position.seq >= wanted.seq

  function moveTo(next: Position): void {
    position = { epoch: next.epoch, seq: next.seq }
    const [reached, further] = [waiters.filter(isReached), waiters.filter(waiter => !isReached(waiter))]
    waiters = further
    for (const waiter of reached) waiter.reached()
  }

  function apply(message: Message): void {
    for (const { cluster, totalShards } of message.totals) picture.resize(cluster, totalShards)
    for (const { cluster, process } of message.processes)
      picture.cluster(cluster)?.sawProcess(process, message.atMs)
    if (message.origin === 'push')
      for (const { cluster } of message.changes) {
        const table = picture.cluster(cluster)
        if (table) table.lastPushMs = message.atMs
      }
    picture.apply(message.changes)
    moveTo(message)
  }

  function fill({ totals, shards, ...at }: Loaded): void {
    picture.clear()
    for (const [cluster, totalShards] of totals) picture.fill(cluster, totalShards)
    for (const [field, packed] of shards) {
      const { cluster, shard } = readField(field)
      const record = readRecord(packed)
      const table = picture.cluster(cluster)
      table?.set(shard, record)
      if (table) table.lastPushMs = Math.max(table.lastPushMs ?? 0, record.lastHealthyMs ?? 0) || null
    }
    moveTo(at)
    picture.reset()
  }

  async function reload(): Promise<void> {
    while (!closed) {
      missed = []
      try {
        const loaded = await load()
        fill(loaded)
        break
      } catch (error) {
        onTrouble(error)
        await sleep(RETRY_MS)
      }
    }
    loading = undefined
    const late = missed
    missed = []
    for (const message of late) take(message)
  }

  function take(message: Message): void {
    if (loading) {
      missed.push(message)
      return
    }
    if (position?.epoch === message.epoch && message.seq <= position.seq) return
    if (position?.epoch === message.epoch && message.seq === position.seq + 1) apply(message)
    else resync()
  }

  /** Loads everything anew, unless that is under way. */
  function resync(): Promise<void> {
    position = undefined
    loading ??= reload()
    return loading
  }

  return {
    resync,
    take: (text: string) => take(readMessage(text)),
    /** Resolves when the picture holds what was written at that position. */
    async reach(wanted: Position): Promise<void> {
      if (isReached(wanted)) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(() => {
        onTrouble(new Error(`a change of this replica did not come back within ${REACH_TIMEOUT_MS} ms`))
        void resync()
        resolve()
      }, REACH_TIMEOUT_MS)
      waiters.push({ ...wanted, reached: resolve })
      await promise
      clearTimeout(timer)
    },
    close() {
      closed = true
    },
  }
}
