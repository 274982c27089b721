import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { loadScript } from '@shardlight/redis'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { MOST_NOTICE_SOURCES } from '../notices.ts'
import type { Operation, Position } from './wire.ts'

/** Everything that Redis holds, as `load.lua` answers it. */
export type Loaded = Position & {
  totals: Map<string, string>
  shards: Map<string, string>
  notices: [field: string, leftMs: number, json: string][]
  generations: Map<string, string>
  processes: Map<string, string>
}

/** Redis answers, and something that was pushed or is stored made `apply.lua` fail; all else may go on. */
export class OperationsFaultError extends Error {}

const SWEEP_BATCH = 500
/** After this long ioredis has given up a command; a Redis that was frozen must not carry it out later. */
const GIVEN_UP_MS = 2_000

const pairs = z
  .array(z.string())
  .transform(flat => new Map(flat.flatMap((key, at) => (at % 2 ? [] : [[key, flat[at + 1] ?? '']]))))

const script = (name: string) => join(import.meta.dirname, name)

const look = loadScript(script('look.lua'), z.tuple([z.string(), z.number(), z.number()]))
const apply = loadScript(script('apply.lua'), z.tuple([z.string(), z.number()]))
const sweep = loadScript(script('sweep.lua'), z.tuple([z.number(), z.string(), z.number()]))
const restore = loadScript(script('restore.lua'), z.number())
const load = loadScript(
  script('load.lua'),
  z.tuple([
    z.string(),
    z.number(),
    pairs,
    pairs,
    z.array(z.tuple([z.string(), z.number(), z.string()])),
    pairs,
    pairs,
  ]),
)

export type RedisStore = ReturnType<typeof createRedisStore>

/** The scripts with their keys. */
export function createRedisStore({
  commands,
  namespace,
  healthTimeoutMs,
  noticeLifetimeMs,
}: {
  commands: Redis
  namespace: string
  healthTimeoutMs: number
  noticeLifetimeMs: number
}) {
  const key = (name: string) => `${namespace}:${name}`
  const [shards, deadlines, totals] = [key('shards'), key('deadlines'), key('totals')]
  const [epoch, seq] = [key('epoch'), key('seq')]
  const [generations, notices] = [key('generations'), key('notices')]
  const [processes, processesSeen] = [key('processes'), key('processes:seen')]
  const channel = key('changes')
  /** What Redis' clock is ahead of `performance.now()`; without it nothing may be written. */
  let aheadMs = Number.NEGATIVE_INFINITY
  const giveUpAtMs = () => Math.ceil(performance.now() + aheadMs + GIVEN_UP_MS)

  return {
    channel,
    /** By Redis' clock, also while Redis is away; by ours until it has answered once. */
    nowMs: () =>
      Math.round(performance.now() + (Number.isFinite(aheadMs) ? aheadMs : performance.timeOrigin)),
    async look(): Promise<Position> {
      const beganMs = performance.now()
      const [at, position, atMs] = await look(commands, [epoch, seq], [])
      aheadMs = atMs - (beganMs + performance.now()) / 2
      return { epoch: at, seq: position }
    },
    async load(): Promise<Loaded> {
      const [at, position, totalByCluster, packedByField, told, pushing, said] = await load(
        commands,
        [shards, totals, epoch, seq, notices, generations, processes],
        [randomUUID()],
      )
      return {
        epoch: at,
        seq: position,
        totals: totalByCluster,
        shards: packedByField,
        notices: told,
        generations: pushing,
        processes: said,
      }
    },
    async apply(operations: Operation[]): Promise<Position> {
      try {
        const [at, position] = await apply(
          commands,
          [shards, deadlines, totals, epoch, seq, generations, notices, processes, processesSeen],
          [
            ...[channel, healthTimeoutMs, noticeLifetimeMs, randomUUID(), giveUpAtMs(), MOST_NOTICE_SOURCES],
            operations.join('\n'),
          ],
        )
        return { epoch: at, seq: position }
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('FAULT '))
          throw new OperationsFaultError(error.message, { cause: error })
        throw error
      }
    },
    /** @returns how many shards it turned, and whether there may be more. */
    async sweep(): Promise<{ turned: number; isMore: boolean }> {
      const [turned] = await sweep(
        commands,
        [shards, deadlines, epoch, seq, generations, totals, processes, processesSeen],
        [channel, randomUUID(), SWEEP_BATCH, giveUpAtMs(), healthTimeoutMs],
      )
      return { turned, isMore: turned === SWEEP_BATCH }
    },
    /** @param operations what `restore.lua` says of them. */
    async restore(
      { cluster, totalShards, generation }: { cluster: string; totalShards: number; generation: number },
      operations: Operation[],
    ): Promise<void> {
      await restore(
        commands,
        [shards, deadlines, totals, epoch, seq, generations, notices],
        [channel, healthTimeoutMs, randomUUID(), cluster, totalShards, generation, ...operations],
      )
    },
  }
}
