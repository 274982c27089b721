import { setTimeout as sleep } from 'node:timers/promises'
import type { Picture } from '../picture.ts'
import type { Loaded } from './redis-store.ts'
import {
  type Message,
  type Position,
  readField,
  readGeneration,
  readMessage,
  readNotices,
  readProcess,
  readRecord,
} from './wire.ts'

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
  noticeLifetimeMs,
  load,
  restore,
  onTrouble,
}: {
  picture: Picture
  noticeLifetimeMs: number
  load: () => Promise<Loaded>
  /** Gives back what Redis has lost of the picture. */
  restore: () => Promise<void>
  onTrouble: (error: unknown) => void
}) {
  let position: Position | undefined
  /** The last position there was, also while what came after it may have been missed. */
  let known: Position | undefined
  let loading: Promise<void> | undefined
  let closed = false
  let missed: Message[] = []
  let waiters: Waiter[] = []

  const isReached = (wanted: Position) =>
    position !== undefined && position.epoch === wanted.epoch && position.seq >= wanted.seq

  function moveTo(next: Position): void {
    position = { epoch: next.epoch, seq: next.seq }
    known = position
    const [reached, further] = [waiters.filter(isReached), waiters.filter(waiter => !isReached(waiter))]
    waiters = further
    for (const waiter of reached) waiter.reached()
  }

  function apply(message: Message): void {
    for (const { cluster, totalShards, isAnew } of message.totals)
      if (isAnew) picture.layOutAnew(cluster, totalShards)
      else picture.resize(cluster, totalShards)
    for (const { cluster, generation } of message.generations)
      picture.fill(cluster).newest = { generation, lastPushMs: message.atMs }
    const untilMs = performance.now() + noticeLifetimeMs
    for (const { cluster, ...told } of message.notices) picture.putNotices(cluster, { ...told, untilMs })
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

  function fill({ totals, shards, notices, generations, processes, ...at }: Loaded): void {
    picture.clear()
    for (const [cluster, totalShards] of totals) picture.fill(cluster, Number(totalShards))
    for (const [cluster, pushing] of generations) picture.fill(cluster).newest = readGeneration(pushing)
    for (const [field, packed] of shards) {
      const { cluster, shard } = readField(field)
      const record = readRecord(packed)
      const table = picture.cluster(cluster)
      table?.set(shard, record)
      if (table) table.lastPushMs = Math.max(table.lastPushMs ?? 0, record.lastHealthyMs ?? 0) || null
    }
    for (const [field, stored] of processes)
      for (const { process, atMs } of readProcess(stored))
        picture.cluster(field.slice(0, field.indexOf('/')))?.sawProcess(process, atMs)
    for (const [field, leftMs, json] of notices) {
      const { cluster, ...told } = readNotices(field, json)
      picture.putNotices(cluster, { ...told, untilMs: performance.now() + leftMs })
    }
    moveTo(at)
    picture.reset()
  }

  async function reload(): Promise<void> {
    while (!closed) {
      missed = []
      try {
        const loaded = await load()
        const isLost = known && (known.epoch !== loaded.epoch || known.seq > loaded.seq)
        if (isLost) await restore()
        fill(isLost ? await load() : loaded)
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
    if (position?.epoch === message.epoch && message.seq === position.seq + 1 && !message.isToLoad)
      apply(message)
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
    isReached,
    /** What is written from now on may be missed, until `resync`. */
    lose() {
      position = undefined
    },
    take(text: string) {
      let message: Message
      try {
        message = readMessage(text)
      } catch (cause) {
        onTrouble(new Error('what came over the channel of changes cannot be read; loading anew', { cause }))
        void resync()
        return
      }
      take(message)
    },
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
