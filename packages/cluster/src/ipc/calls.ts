import { z } from 'zod'
import { fleetNews } from '../fleet-metrics/fleet-report.ts'
import { requestOutcome, requestWish } from '../requests/request-budget.ts'

const nothing = z.object({})

/** One shard as its process sees it; ages in ms, null where there has been none. */
export const shardHealth = z.object({
  id: z.int(),
  /** Ready to receive events, by discord.js. */
  isConnected: z.boolean(),
  isWaitingForPermit: z.boolean(),
  pingMs: z.number().nullable(),
  heartbeatAckAgeMs: z.number().nullable(),
  dispatchAgeMs: z.number().nullable(),
})

export type ShardHealth = z.infer<typeof shardHealth>

const processHealth = z.object({
  eventLoopDelayMs: z.number(),
  /** All that the system keeps in memory for the process. */
  memoryBytes: z.number(),
  shards: z.array(shardHealth),
})

export type ProcessHealth = z.infer<typeof processHealth>

/** What a shard process may ask of its manager. */
export const toManager = {
  /** Answered when the IDENTIFY may be sent. */
  permit: { request: z.object({ shardId: z.int() }), reply: nothing },
  /** The IDENTIFY left: its bucket's window begins. */
  identifySent: { request: z.object({ shardId: z.int() }), reply: nothing },
  /** READY came. */
  identified: { request: z.object({ shardId: z.int() }), reply: nothing },
  /** Answered when the REST request may be sent. */
  takeRequest: { request: requestWish, reply: nothing },
  /** What came of it. */
  reportRequest: { request: requestOutcome, reply: nothing },
  /** Where it serves its probes and metrics. */
  listening: { request: z.object({ port: z.int() }), reply: nothing },
  /** Booted, and able to take its shards over. */
  prepared: { request: nothing, reply: nothing },
  /** All its shards are connected. */
  ready: { request: nothing, reply: nothing },
  /** Trying again cannot help, such as a refused token. */
  fatal: { request: z.object({ reason: z.string() }), reply: nothing },
}

/** What a manager may ask of a shard process. */
export const toShardProcess = {
  health: {
    /** Until when its shards are its own, by `process.hrtime`; null where nobody else could have them. */
    request: z.object({ leaseUntilNs: z.string().nullable() }),
    reply: processHealth,
  },
  /** What it has counted and measured; `since` names the last news that arrived. */
  metrics: { request: z.object({ since: z.int() }), reply: fleetNews },
  /** Nobody else serves its shards any more: connect. While muted, events are kept and not yet handled. */
  takeOver: {
    request: z.object({ gatewayUrl: z.string(), generation: z.int(), muted: z.boolean() }),
    reply: nothing,
  },
  /** Handle what was kept, but for the messages and interactions that the former process has handled. */
  unmute: { request: z.object({ handled: z.array(z.string()) }), reply: nothing },
  /** Remember what is handled from now on. */
  remember: { request: nothing, reply: nothing },
  /**
   * Close every connection so that it can be resumed, and finish what runs; what then ends the process is a signal.
   * Nobody resumes the sessions that it `forgets`.
   * Answers with the ids of what it handled since it was asked to remember.
   */
  handOver: {
    request: z.object({ forgets: z.boolean() }),
    reply: z.object({ handled: z.array(z.string()) }),
  },
}
