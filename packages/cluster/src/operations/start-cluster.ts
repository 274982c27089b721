import { type Clock, type Log, monotonicClock, reasonOf } from '@shardlight/service'
import { ClusterManager } from 'discord-hybrid-sharding'
import { createFleetMetrics, type FleetMetrics } from '../fleet-metrics/fleet-metrics.ts'
import type { IdentifyBroker, IdentifyView } from '../identify/identify-broker.ts'
import type { RequestBudget } from '../requests/request-budget.ts'
import { createBootTurns } from '../supervision/boot-turns.ts'
import { layOut } from '../supervision/layout.ts'
import { PATIENCE, type Patience } from '../supervision/patience.ts'
import type { Gap, ShardProcessInfo } from '../supervision/slot.ts'
import { type Generation, openGeneration } from './generation.ts'
import { createOperations, OperationRefusedError, type OperationView, type Progress } from './operation.ts'
import { reshard } from './reshard.ts'

/** The shards of the whole bot, and which of them are this manager's. */
export type Layout = {
  totalShards: number
  /** All of them unless several managers share the bot. */
  range?: { first: number; last: number } | undefined
  /** Later layouts of the same bot have higher numbers. */
  generation: number
}

export type ClusterEvents = {
  /** A shard process died, hung, or closed its channel, without being asked to stop. */
  onLost: (
    info: ShardProcessInfo,
    /** That it belongs to; the one that is coming serves nobody yet. */
    layout: Omit<Layout, 'range'> & { isComing: boolean },
  ) => void
  onFatal: (reason: string) => void
  /** A process serves again after one that was lost or replaced. */
  onBack?: (gap: Gap) => void
  onOperationEnded?: (operation: OperationView) => void
}

export type Cluster = AsyncDisposable & {
  totalShards(): number
  generation(): number
  processes(): ShardProcessInfo[]
  identifies(): IdentifyView
  /** What an operator asked for last. */
  operation(): OperationView | null
  /** Replaces every shard process, one after the other; stops at the first that does not come up. */
  restart(): OperationView
  /** Goes to another number of shards; the present ones serve until all of the new are connected. */
  reshard(totalShards: number): OperationView
  /** Ends every shard process so that its sessions can be resumed, such as before the machine goes down. */
  drain(): OperationView
}

/**
 * Starts every shard process; their IDENTIFYs are spaced by permits. Disposing hands all sessions over to whoever
 * comes next, and waits until every process is gone.
 */
export function startCluster({
  file,
  token,
  gatewayUrl,
  layout,
  shardsPerProcess,
  environment,
  broker,
  leaseUntilNs = () => null,
  budget,
  fleet = createFleetMetrics(),
  onLayout = async () => {},
  events,
  log,
  clock = monotonicClock,
  patience = PATIENCE,
}: {
  /** The program of a shard process; it calls `joinCluster`. */
  file: string
  token: string
  gatewayUrl: string
  layout: Layout
  shardsPerProcess: number
  /** All that a shard process finds in its environment, besides the token and its shards. */
  environment: NodeJS.ProcessEnv
  broker: IdentifyBroker
  budget: RequestBudget
  /** Takes in what the processes count and measure. */
  fleet?: FleetMetrics
  /** Until when the shards are this manager's, by `process.hrtime`. */
  leaseUntilNs?: () => bigint | null
  /** Keeps a new layout, before it holds; a rejection leaves the present one in place. */
  onLayout?: (layout: Layout) => Promise<void>
  events: ClusterEvents
  log: Log
  clock?: Clock
  patience?: Patience
}): Cluster {
  const manager = new ClusterManager(file, {
    mode: 'process',
    totalShards: layout.totalShards,
    token,
    respawn: false,
    // The smaller young generation costs nothing here, and 50 MiB less while guilds arrive.
    execArgv: ['--import', new URL('../first-words.js', import.meta.url).href, '--max-semi-space-size=8'],
  })
  manager.on('error', (error: Error) => log.error({ err: error }, 'a shard process could not be reached'))
  const operations = createOperations(view => events.onOperationEnded?.(view))
  const bootTurn = createBootTurns()
  const stopping = new AbortController()

  const open = ({ totalShards, range, generation }: Layout, muted: boolean): Generation =>
    openGeneration({
      number: generation,
      totalShards,
      layout: layOut(range ?? { first: 0, last: totalShards - 1 }, { totalShards, shardsPerProcess }),
      manager,
      environment,
      context: {
        broker,
        gatewayUrl,
        leaseUntilNs,
        onFatal(reason) {
          // What Discord refuses the new layout is no reason to end the present one.
          if (generation === coming?.number) fatal = reason
          else events.onFatal(reason)
        },
        budget,
        fleet,
        clock,
        log,
        patience,
      },
      muted,
      bootTurn,
      log,
      clock,
      events: {
        onLost: info =>
          events.onLost(info, { totalShards, generation, isComing: generation === coming?.number }),
        onBack: gap => events.onBack?.(gap),
      },
    })

  let present = open(layout, false)
  let coming: Generation | undefined
  let fatal: string | undefined
  let takingOver: Promise<void> | undefined

  async function restart(progress: Progress): Promise<void> {
    const { slots } = present
    if (slots.every(slot => slot.info().state === 'stopped'))
      throw new OperationRefusedError('every process has ended (drain): start the manager again')
    progress({ total: slots.length })
    for (const [index, slot] of slots.entries()) {
      stopping.signal.throwIfAborted()
      const { id, shards } = slot.info()
      progress({ done: index, step: `replacing process ${id} (shards ${shards.join(', ')})` })
      await slot.replace()
    }
    progress({ done: slots.length, step: 'every process was replaced' })
  }

  async function drain(progress: Progress): Promise<void> {
    const { slots } = present
    progress({ total: slots.length, step: 'running answers are finished' })
    let done = 0
    await Promise.all(
      slots.map(async slot => {
        await slot.handOver()
        done += 1
        progress({ done })
      }),
    )
    progress({ step: 'every process has ended; its sessions can be resumed for a few minutes' })
  }

  return {
    totalShards: () => present.totalShards,
    generation: () => present.number,
    processes: () => present.slots.map(slot => slot.info()),
    identifies: () => broker.view(),
    operation: () => operations.current(),
    restart: () => operations.begin('restart', restart),
    drain: () => operations.begin('drain', drain),
    reshard(totalShards) {
      if (layout.range)
        throw new OperationRefusedError(
          'this manager has only a part of the shards (SHARD_RANGE); set TOTAL_SHARDS of all managers and restart them',
        )
      if (totalShards === present.totalShards)
        throw new OperationRefusedError(`the bot has ${totalShards} shards already`)
      const { left } = broker.view()
      if (left < totalShards)
        throw new OperationRefusedError(
          `${totalShards} shards need as many IDENTIFYs, of which ${left} are left today; nothing was changed`,
        )
      const to: Layout = { totalShards, generation: present.number + 1 }
      return operations.begin('reshard', progress =>
        reshard({
          from: present,
          open() {
            fatal = undefined
            coming = open(to, true)
            return coming
          },
          fatal: () => fatal,
          async adopt(generation) {
            await onLayout(to)
            present = generation
            coming = undefined
            takingOver = operations.idle()
          },
          progress,
          signal: stopping.signal,
          clock,
          log,
        }).catch(error => {
          coming = undefined
          throw error
        }),
      )
    },
    // All at once: one after the other, a large cluster would outlast every patience.
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the manager stops'))
      // Between two layouts nobody handles anything.
      await takingOver
      const slots = [...present.slots, ...(coming?.slots ?? [])]
      const ended = await Promise.allSettled(slots.map(slot => slot[Symbol.asyncDispose]()))
      for (const one of ended)
        if (one.status === 'rejected')
          log.error({ reason: reasonOf(one.reason) }, 'a shard process did not end as it should')
      await operations.idle()
    },
  }
}
