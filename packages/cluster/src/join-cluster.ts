import { setImmediate } from 'node:timers/promises'
import type { WebSocketOptions } from 'discord.js'
import { getInfo } from 'discord-hybrid-sharding'
import { readToShardProcess, type ToManager } from './ipc.ts'
import { watchParent } from './parent-watch.ts'

export type Membership = AsyncDisposable & {
  /** The shard process's number in its cluster. */
  processId: number
  shards: number[]
  totalShards: number
  /** For `ClientOptions.ws`: asks the manager before each IDENTIFY. */
  buildIdentifyThrottler: NonNullable<WebSocketOptions['buildIdentifyThrottler']>
  /** All shards are connected. */
  ready(): void
  listening(port: number): void
  /** Tells the manager that trying again cannot help. */
  fatal(reason: string): void
}

/** The program was started by hand: a shard process belongs to a manager. */
export class NoManagerError extends Error {
  constructor() {
    super('a shard process is started by its manager, not by hand: run apps/bot/src/manager.ts')
    this.name = 'NoManagerError'
  }
}

/**
 * The shard process's side of the cluster: who it is, permits, and answers to the manager's pings.
 * @throws {NoManagerError}
 */
export function joinCluster(): Membership {
  if (!process.channel || !process.env['CLUSTER_MANAGER_MODE']) throw new NoManagerError()
  const { CLUSTER: processId, SHARD_LIST: shards, TOTAL_SHARDS: totalShards } = getInfo()
  const watch = watchParent()
  const waiting = new Map<number, () => void>()
  let lastRequestId = 0

  const send = (message: ToManager) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
  }

  process.on('message', message => {
    const read = readToShardProcess(message)
    if (read?.kind === 'ping') send({ kind: 'pong', sequence: read.sequence })
    if (read?.kind === 'permit') waiting.get(read.requestId)?.()
  })
  // The manager hears from a process that has only begun, long before its shards are there.
  send({ kind: 'pong', sequence: 0 })

  async function waitForIdentify(shardId: number, signal: AbortSignal): Promise<void> {
    const requestId = ++lastRequestId
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      send({ kind: 'permit-not-needed', requestId })
      reject(signal.reason)
    }
    waiting.set(requestId, resolve)
    signal.addEventListener('abort', giveUp, { once: true })
    send({ kind: 'permit-wanted', requestId, shardId })
    try {
      await promise
    } finally {
      waiting.delete(requestId)
      signal.removeEventListener('abort', giveUp)
    }
    // @discordjs/ws writes the IDENTIFY in the microtasks that follow this promise.
    void setImmediate().then(() => send({ kind: 'identify-sent', requestId }))
  }

  return {
    processId,
    shards,
    totalShards,
    buildIdentifyThrottler: async () => ({ waitForIdentify }),
    ready: () => send({ kind: 'ready' }),
    listening: port => send({ kind: 'listening', port }),
    fatal: reason => send({ kind: 'fatal', reason }),
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  }
}
