import { z } from 'zod'

/**
 * What a shard process tells its manager.
 * A permit is asked for before each IDENTIFY; `identify-sent` starts the five seconds of its bucket.
 */
const toManager = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('permit-wanted'), requestId: z.int(), shardId: z.int() }),
  z.object({ kind: z.literal('permit-not-needed'), requestId: z.int() }),
  z.object({ kind: z.literal('identify-sent'), requestId: z.int() }),
  z.object({ kind: z.literal('pong'), sequence: z.int() }),
  /** The port of its own probes and metrics. */
  z.object({ kind: z.literal('listening'), port: z.int() }),
  z.object({ kind: z.literal('ready') }),
  /** Trying again cannot help, such as a refused token. */
  z.object({ kind: z.literal('fatal'), reason: z.string() }),
])

/** What the manager tells a shard process. */
const toShardProcess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('permit'), requestId: z.int() }),
  z.object({ kind: z.literal('ping'), sequence: z.int() }),
])

export type ToManager = z.infer<typeof toManager>
export type ToShardProcess = z.infer<typeof toShardProcess>

/** discord-hybrid-sharding adds fields of its own and messages of its own: those are not ours. */
const readWith =
  <T>(schema: z.ZodType<T>) =>
  (message: unknown): T | undefined => {
    const read = schema.safeParse(message)
    return read.success ? read.data : undefined
  }

export const readToManager = readWith(toManager)
export const readToShardProcess = readWith(toShardProcess)
